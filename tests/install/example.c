#include <samestory.h>
#include <stdio.h>

int main(void)
{
    ss_articles articles = {0};
    ss_articles_clear(&articles);
    printf("samestory %s\n", ss_version());
    return ss_matcher_name(0) == NULL;
}
