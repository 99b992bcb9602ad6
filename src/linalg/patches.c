#include "linalg/patches.h"

struct axis patches_same(size_t size, size_t window, size_t stride)
{
    size_t places = (size + stride - 1) / stride, reach = (places - 1) * stride + window;
    size_t zeros = reach > size ? reach - size : 0;
    return (struct axis){size, window, stride, zeros / 2, places};
}

struct axis patches_valid(size_t size, size_t window, size_t stride)
{
    size_t places = window > size ? 0 : (size - window) / stride + 1;
    return (struct axis){size, window, stride, 0, places};
}
