/* Tiles of a product: ROWS rows of c times VECTORS vectors of its columns, or where the rows
 * are few half as many rows and twice the columns, so that the registers are full.  Included by
 * tiles_body.h. */

#define VECTOR  panel_vector
#define MEMORY  panel_memory
#define WIDTH   PANEL_WIDTH
#define ROWS    PRODUCT_ROWS
#define VECTORS PRODUCT_VECTORS

enum { FEW_ROWS = ROWS / 2, MANY_VECTORS = 2 * VECTORS, GROUP = VECTORS * WIDTH };

/* Column v WIDTH, counted from the first one of a tile, in row 0 of the panels b. */
#define COLUMN(v)                                                                              \
    ((size_t)(v)*WIDTH / TILES_COLUMNS * p->b_panel + (size_t)(v)*WIDTH % TILES_COLUMNS)

/* sum[rows][vectors] goes on over k terms: of a from its first row on, of the panels b. */
INLINE void product_chain(const struct product *p, const float *a, size_t k, const float *b,
                          const float *next, VECTOR (*sum)[MANY_VECTORS], const int rows,
                          const int vectors, const int turned)
{
    const size_t row = turned ? 1 : p->a_row, step = turned ? p->a_step : 1;
    const size_t next_step = next ? p->next->step : 0;
    if (!next) next = a;
    const float *third[(ROWS + 2) / 3]; /* rows in threes: few registers name them all */
    UNROLL for (int r = 0; r < rows; r += 3) third[r / 3] = a + (size_t)r * row;
    for (; k > 0; k--, b += p->b_step, next += next_step) {
        if (!turned) __builtin_prefetch(next, 0, 2);
        VECTOR x[FEW_ROWS], w[VECTORS];
        if (vectors == MANY_VECTORS) {
            UNROLL for (int r = 0; r < rows; r++) x[r] =
                third[r / 3][(size_t)(r % 3) * row] - (VECTOR){0};
            UNROLL for (int v = 0; v < vectors; v++)
            {
                w[0] = panel_load(b + COLUMN(v));
                UNROLL for (int r = 0; r < rows; r++) sum[r][v] =
                    PANEL_FMA(x[r], w[0], sum[r][v]);
            }
        } else {
            UNROLL for (int v = 0; v < vectors; v++) w[v] = panel_load(b + COLUMN(v));
            UNROLL for (int r = 0; r < rows; r++)
            {
                x[0] = third[r / 3][(size_t)(r % 3) * row] - (VECTOR){0};
                UNROLL for (int v = 0; v < vectors; v++) sum[r][v] =
                    PANEL_FMA(x[0], w[v], sum[r][v]);
            }
        }
        UNROLL for (int r = 0; r < rows; r += 3) third[r / 3] += step;
    }
}

/* A vector of which only `there` values may be touched. */
INLINE VECTOR product_load(const float *from, size_t there)
{
    VECTOR v = {0};
    if (there >= WIDTH) return panel_load(from);
    for (size_t k = 0; k < there; k++) v[k] = from[k];
    return v;
}

INLINE void product_store(float *to, VECTOR v, size_t there)
{
    if (there >= WIDTH)
        *(MEMORY *)to = v;
    else
        for (size_t k = 0; k < there; k++) to[k] = v[k];
}

/* One more line for each term. */
INLINE const float *next_line(struct product_next *n)
{
    const float *at = n->at;
    n->at += n->jump, n->lines--;
    return at;
}

/* Rows i and following of c, columns j and following = the chain. */
INLINE void product_tile(const struct product *p, size_t i, size_t j, const int rows,
                         const int vectors, const int turned)
{
    VECTOR sum[ROWS][MANY_VECTORS] = {{{0}}};
    const size_t there = vectors == 1 ? p->n - j : WIDTH;
    float *c = p->c + i * p->c_row + j;
    const float *next = !turned && p->next && p->next->lines ? next_line(p->next) : NULL;
    if (p->add)
        UNROLL for (int r = 0; r < rows; r++) UNROLL for (int v = 0; v < vectors; v++)
            sum[r][v] = product_load(c + (size_t)r * p->c_row + v * WIDTH, there);
    product_chain(p, p->a + i * p->a_row, p->k,
                  p->b + j / TILES_COLUMNS * p->b_panel + j % TILES_COLUMNS, next, sum, rows,
                  vectors, turned);
    UNROLL for (int r = 0; r < rows; r++) UNROLL for (int v = 0; v < vectors; v++)
        product_store(c + (size_t)r * p->c_row + v * WIDTH, sum[r][v], there);
}

/* Groups of columns that one walk over the leaves computes: what it reads of a lies in many
 * pages of memory, and these are looked up once for all. */
enum { TREE_GROUPS = 4 };

/* c = the chains of all leaves, added along the tree: after leaf s the subtrees that are
 * complete grow, as the bits of s + 1 do.  Columns from j on, `groups` times `vectors`. */
INLINE void product_tree(const struct product *p, const struct product_leaves *leaves, size_t i,
                         size_t j, size_t groups, const int rows, const int vectors)
{
    VECTOR level[PRODUCT_LEVELS][TREE_GROUPS][ROWS * VECTORS];
    for (size_t s = 0; s < leaves->count; s++) {
        const struct product_leaf *leaf = &leaves->leaf[s];
        struct product own = *p;
        own.b_step = TILES_COLUMNS, own.b_panel = leaf->k * TILES_COLUMNS;
        for (size_t g = 0, at = j; g < groups; g++, at += (size_t)vectors * WIDTH) {
            VECTOR sum[ROWS][MANY_VECTORS] = {{{0}}};
            int l = 0;
            product_chain(&own, leaf->a + i, leaf->k,
                          leaf->b + at / TILES_COLUMNS * own.b_panel + at % TILES_COLUMNS, NULL,
                          sum, rows, vectors, 1);
            for (; s >> l & 1; l++)
                UNROLL for (int r = 0; r < rows; r++) UNROLL for (int v = 0; v < vectors; v++)
                    sum[r][v] = level[l][g][r * vectors + v] + sum[r][v];
            if (s + 1 < leaves->count)
                UNROLL for (int r = 0; r < rows; r++) UNROLL for (int v = 0; v < vectors; v++)
                    level[l][g][r * vectors + v] = sum[r][v];
            else
                UNROLL for (int r = 0; r < rows; r++) UNROLL for (int v = 0; v < vectors; v++)
                    product_store(p->c + (i + (size_t)r) * p->c_row + at + v * WIDTH, sum[r][v],
                                  vectors == 1 ? p->n - at : WIDTH);
        }
    }
}

/* One function for each form, with a copy of the tile for each number of rows. */
#define FORM(name, most, TILE)                                                                 \
    static void name(const struct product *p, const struct product_leaves *leaves, size_t i,   \
                     size_t j, size_t groups, int rows)                                        \
    {                                                                                          \
        enum { MOST = most };                                                                  \
        (void)leaves, (void)groups;                                                            \
        switch (rows) {                                                                        \
            EACH_COUNT(TILE);                                                                  \
        }                                                                                      \
    }
#define COUNTED(n) (n <= MOST ? n : 1)
#define CASE(n, call)                                                                          \
    case n:                                                                                    \
        if (n <= MOST) call;                                                                   \
        break
#define STRAIGHT(n)      CASE(n, product_tile(p, i, j, COUNTED(n), VECTORS, 0))
#define STRAIGHT_FEW(n)  CASE(n, product_tile(p, i, j, COUNTED(n), MANY_VECTORS, 0))
#define STRAIGHT_REST(n) CASE(n, product_tile(p, i, j, COUNTED(n), 1, 0))
#define TURNED(n)        CASE(n, product_tile(p, i, j, COUNTED(n), VECTORS, 1))
#define TURNED_FEW(n)    CASE(n, product_tile(p, i, j, COUNTED(n), MANY_VECTORS, 1))
#define TURNED_REST(n)   CASE(n, product_tile(p, i, j, COUNTED(n), 1, 1))
#define TREE(n)          CASE(n, product_tree(p, leaves, i, j, groups, COUNTED(n), VECTORS))
#define TREE_FEW(n)      CASE(n, product_tree(p, leaves, i, j, groups, COUNTED(n), MANY_VECTORS))
#define TREE_REST(n)     CASE(n, product_tree(p, leaves, i, j, groups, COUNTED(n), 1))
FORM(straight, ROWS, STRAIGHT)
FORM(straight_few, FEW_ROWS, STRAIGHT_FEW)
FORM(straight_rest, ROWS, STRAIGHT_REST)
FORM(turned, ROWS, TURNED)
FORM(turned_few, FEW_ROWS, TURNED_FEW)
FORM(turned_rest, ROWS, TURNED_REST)
FORM(tree, ROWS, TREE)
FORM(tree_few, FEW_ROWS, TREE_FEW)
FORM(tree_rest, ROWS, TREE_REST)

typedef void product_form(const struct product *p, const struct product_leaves *leaves,
                          size_t i, size_t j, size_t groups, int rows);

/* All of c in tiles: a few columns, in `most` groups at most, and down its rows. */
static void all_of(const struct product *p, const struct product_leaves *leaves, size_t most,
                   product_form *full, product_form *few, product_form *rest)
{
    int are_few = p->m <= FEW_ROWS;
    size_t size = tile_size(p->m, ROWS);
    for (size_t width, groups, j = 0; j < p->n; j += groups * width) {
        size_t left = p->n - j;
        product_form *form = rest;
        width = WIDTH;
        if (left >= GROUP) form = full, width = GROUP;
        if (are_few && left >= 2 * GROUP) form = few, width = 2 * GROUP;
        groups = left / width < most ? left / width : most;
        if (form == rest) groups = 1; /* it may be less than a vector */
        for (size_t i = 0; i < p->m; i += size)
            form(p, leaves, i, j, groups, (int)(p->m - i < size ? p->m - i : size));
    }
}

static void product(const struct product *p)
{
    if (p->a_row == 1)
        all_of(p, NULL, 1, turned, turned_few, turned_rest);
    else
        all_of(p, NULL, 1, straight, straight_few, straight_rest);
}

static void product_sum(const struct product *p, const struct product_leaves *leaves)
{
    all_of(p, leaves, TREE_GROUPS, tree, tree_few, tree_rest);
}

#undef VECTOR
#undef MEMORY
#undef WIDTH
#undef ROWS
#undef VECTORS
#undef CASE
