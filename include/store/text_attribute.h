/* text_attribute - a name and a text: what an HDF5 file calls a string attribute.
 *
 * It describes an array (units, long_name, sha256) or says where a file comes from
 * (store/provenance.h).
 */
#ifndef STORE_TEXT_ATTRIBUTE_H
#define STORE_TEXT_ATTRIBUTE_H

/* Borrowed. */
struct text_attribute {
    const char *name; /* "units", "version", ... */
    const char *text; /* UTF-8 */
};

#endif
