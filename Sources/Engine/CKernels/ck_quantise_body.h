// A column of activations, the part that every instruction set has alike. Private to the module: included once by each
// file that quantises, after its `largest_of_group` and `quantise_group`, with CK_QUANTISE as the function's name.

/// Finds the largest magnitudes of all groups first: what stands out is told by their mean.
static void CK_QUANTISE(const float *x, float threshold, const ck_columns *out, size_t column) {
    const size_t groups = out->cols / CK_GROUP;
    uint8_t *low_mask = out->low_mask + column * ck_mask_bytes(out->cols);
    float *largest = out->scale + column * groups, total = 0;
    for (size_t g = 0; g < groups; g++) {
        largest[g] = largest_of_group(x + g * CK_GROUP);
        total += largest[g];
    }
    memset(low_mask, 0, ck_mask_bytes(out->cols));
    const float limit = threshold * (total / (float)groups);
    for (size_t g = 0; g < groups; g++) {
        const size_t at = column * out->cols + g * CK_GROUP;
        const bool is_outlier = largest[g] > limit && largest[g] >= 1e-30f;
        low_mask[g / 8] |= (uint8_t)(is_outlier << g % 8);
        if (is_outlier) // a constant each, for those that are inlined
            quantise_group(x + g * CK_GROUP, largest[g], true, out, at);
        else
            quantise_group(x + g * CK_GROUP, largest[g], false, out, at);
    }
    if (!(total <= 3.402823466e38f)) // one bad element spoils its column, not only its group
        for (size_t g = 0; g < groups; g++)
            out->scale[column * groups + g] = out->sum[column * groups + g] = NAN;
}
