/* Tolls, magnitudes and scores, and sentences that hold several kinds of quantities. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "quantities.h"

static void test_tolls(void **state)
{
    (void)state;
    static const row rows[] = {
        {"16人死亡", "dead 16"},
        {"16 人死亡", "dead 16"},
        {"十六人死亡", "dead 16"},
        {"死亡人数升至16人", "dead 16"},
        {"死亡人数上升到16", "dead 16"},
        {"死亡人数从10人升至16人", "dead 16"},
        {"遇难人数增至16人", "dead 16"},
        {"造成16人死亡", "dead 16"},
        {"造成16人死亡，30人受伤", "dead 16; injured 30"},
        {"16死3伤", "dead 16; injured 3"},
        {"致16死30伤", "dead 16; injured 30"},
        {"三死两伤", "dead 3; injured 2"},
        {"至少16人遇难", "dead 16"},
        {"至少16人丧生", "dead 16"},
        {"16人身亡", "dead 16"},
        {"16名矿工遇难", "dead 16"},
        {"16名中国公民不幸遇难", "dead 16"},
        {"死者16名", "dead 16"},
        {"导致死亡16人、受伤30人", "dead 16; injured 30"},
        {"死亡16人，受伤30人，失踪5人", "dead 16; injured 30; missing 5"},
        {"30人受伤", "injured 30"},
        {"30人受轻伤", "injured 30"},
        {"30人轻伤", "injured 30"},
        {"12人重伤", "injured 12"},
        {"另有30人受伤", "injured 30"},
        {"3人失踪", "missing 3"},
        {"仍有3人失联", "missing 3"},
        {"新增死亡16例", "dead 16"},
        {"确诊病例300例死亡16例", "number 300; dead 16"},
        {"16人死亡30人受伤", "dead 16; injured 30"},
        {"16死", "dead 16"},
        {"逾百人死亡", "dead ~100"},
        {"超过300人死亡", "dead ~300"},
        {"100多人死亡", "dead ~100"},
        {"一人死亡", "dead 1"},
        {"两人死亡、三人受伤", "dead 2; injured 3"},
        {"16人死伤", "number 16"},
        {"16人被判死刑", "number 16"},
        {"16人生还", "number 16"},
        {"300名警察调查死亡案件", "number 300"},
        {"16人抗议同伴死亡", "number 16"},
        {"5人死亡16人被捕", "dead 5; number 16"},
        {"16 people killed", "dead 16"},
        {"kills 16", "dead 16"},
        {"crash kills 16 people", "dead 16"},
        {"killed at least 16", "dead 16"},
        {"killing as many as 16 people", "dead ~16"},
        {"at least 16 dead", "dead 16"},
        {"death toll rises to 16", "dead 16"},
        {"death toll from the quake has risen to 16", "dead 16"},
        {"the death toll rose from 10 to 16", "dead 16"},
        {"the death toll stands at 16", "dead 16"},
        {"a death toll of 16", "dead 16"},
        {"the number of deaths reached 16", "dead 16"},
        {"leaves 16 dead", "dead 16"},
        {"left 16 people dead", "dead 16"},
        {"killing sixteen", "dead 16"},
        {"16 were injured", "injured 16"},
        {"wounding 30", "injured 30"},
        {"30 injured", "injured 30"},
        {"30 others were injured", "injured 30"},
        {"two dead, three hurt", "dead 2; injured 3"},
        {"killed 16 and wounded 30", "dead 16; injured 30"},
        {"16 killed and 30 injured", "dead 16; injured 30"},
        {"killing 16 people and injuring 30 more", "dead 16; injured 30"},
        {"leaves 16 dead, 30 injured", "dead 16; injured 30"},
        {"16 miners were killed", "dead 16"},
        {"16 Chinese coal miners have died", "dead 16"},
        {"16 people, including three children, were killed", "dead 16"},
        {"claimed 16 lives", "dead 16"},
        {"claimed the lives of 16 people", "dead 16"},
        {"16 deaths", "dead 16"},
        {"16 people missing", "missing 16"},
        {"16 still missing", "missing 16"},
        {"one person was killed", "dead 1"},
        {"no one was killed", ""},
        {"one in five killed", ""},
        {"16 years after he was killed", "number 16"},
        {"killed 16 miles away", "number 16"},
        {"killed 16 years ago", "number 16"},
        {"16 people protest after killing", "number 16"},
        {"16 men killed 3", "number 16; dead 3"},
        {"a 16-year-old was killed", "number 16"},
        {"more than 300 people have been killed", "dead ~300"},
        {"16 of them died", "dead 16"},
        {"16 people on board were killed", "dead 16"},
        {"16 people who were killed", "dead 16"},
        {"16 death row inmates", "number 16"},
        {"2,000 people have died", "dead 2000"},
        {"2000 dead", "dead 2000"},
        {"resulting in 16 deaths and 30 injuries", "dead 16; injured 30"},
        {"a dozen people were killed", "dead ~12"},
        {"bombing killed 5, wounded 12", "dead 5; injured 12"},
        {"1.2万人死亡", "dead 12000"},
        {"12,000 people have died", "dead 12000"},
    };
    CHECK(rows, WEDNESDAY);
}

static void test_magnitudes_and_scores(void **state)
{
    (void)state;
    static const row rows[] = {
        {"6.2级", "magnitude 6.2"},
        {"6.2级地震", "magnitude 6.2"},
        {"里氏6.2级", "magnitude 6.2"},
        {"发生6.0级地震", "magnitude 6"},
        {"7级地震", "magnitude 7"},
        {"里氏7级", "magnitude 7"},
        {"震级为6.2", "magnitude 6.2"},
        {"六点二级地震", "magnitude 6.2"},
        {"magnitude 6.2", "magnitude 6.2"},
        {"magnitude-6.2", "magnitude 6.2"},
        {"6.2-magnitude", "magnitude 6.2"},
        {"a 6.2 magnitude earthquake", "magnitude 6.2"},
        {"a magnitude of 6.2", "magnitude 6.2"},
        {"a 6.2 earthquake", "magnitude 6.2"},
        {"measured 6.2 on the Richter scale", "magnitude 6.2"},
        {"magnitude 7 quake", "magnitude 7"},
        {"3-1", "score 3-1"},
        {"1-3", "score 3-1"},
        {"3–1", "score 3-1"},
        {"3比1", "score 3-1"},
        {"3 比 1", "score 3-1"},
        {"三比一", "score 3-1"},
        {"1:3", "score 3-1"},
        {"3：1", "score 3-1"},
        {"2-0 win", "score 2-0"},
        {"0比0", "score 0-0"},
        {"112-105", "score 112-105"},
        {"112比105", "score 112-105"},
        {"105:112", "score 112-105"},
        {"6-4, 7-5", "score 6-4; score 7-5"},
        {"beat them 3-1 on Tuesday", "score 3-1; date 2021-11-23"},
        {"3-5 years", ""},
        {"50-60 people", "number 60"},
        {"300-400人", "number 400"},
        {"3-5年", ""},
        {"3-1-2", ""},
        {"2比特币", ""},
        {"1比1.2", "number 1.2"},
    };
    CHECK(rows, WEDNESDAY);
}

static void test_whole_sentences(void **state)
{
    (void)state;
    static const row rows[] = {
        {"当地时间23日，该国东部发生6.2级地震，已造成至少16人死亡、300多人受伤，经济损失超过3000万美元。",
         "date 2021-11-23; magnitude 6.2; dead 16; injured ~300; money usd ~30000000"},
        {"A magnitude 6.2 earthquake struck the east on Tuesday, killing at least 16 people, injuring more than 300 "
         "and "
         "causing over $30 million in damage.",
         "magnitude 6.2; date 2021-11-23; dead 16; injured ~300; money usd ~30000000"},
        {"公司第三季度营收37.6亿元，同比增长百分之五，净利润1,786.6万元。",
         "money cny 3760000000; percent 5; money cny 17866000"},
        {"Third-quarter revenue rose 5 percent to 3.76 billion yuan, with a net profit of 17.866 million yuan.",
         "percent 5; money cny 3760000000; money cny 17866000"},
        {"主队以3比1战胜对手，现场观众4万人。", "score 3-1; number 40000"},
        {"The hosts won 3-1 before a crowd of 40,000.", "score 3-1; number 40000"},
        {"央行宣布下调利率25个基点至3.5%。", "percent 0.25; percent 3.5"},
        {"The central bank cut its rate by 25 basis points to 3.5%.", "percent 0.25; percent 3.5"},
        {"2021年11月23日上午10时30分，第15届博览会在3号馆开幕，来自36个国家的1200家企业参展。",
         "date 2021-11-23; number 36; number 1200"},
        {"The 15th expo opened in hall 3 at 10:30 a.m. on Nov. 23, 2021, with 1,200 companies from 36 countries.",
         "date 2021-11-23; number 1200; number 36"},
    };
    CHECK(rows, WEDNESDAY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tolls),
        cmocka_unit_test(test_magnitudes_and_scores),
        cmocka_unit_test(test_whole_sentences),
    };
    return cmocka_run_group_tests(tests, make_quantity_fold, free_quantity_fold);
}
