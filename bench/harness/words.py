"""What the synthetic articles of bench/generate are made of: common words of news in both languages, frequent Chinese
characters, syllables of invented words and names. Each entry of CONTENT is the same word in both languages."""

CONTENT = """
政府 government|总统 president|总理 prime-minister|部长 minister|议会 parliament|选举 election|选民 voters|反对党 opposition
联盟 coalition|投票 vote|法律 law|法院 court|法官 judge|检察官 prosecutor|警方 police|军队 army|士兵 soldiers|战争 war
和平 peace|停火 ceasefire|谈判 talks|协议 agreement|条约 treaty|制裁 sanctions|边界 border|难民 refugees|袭击 attack
爆炸 explosion|导弹 missile|无人机 drone|地震 earthquake|洪水 flood|台风 typhoon|飓风 hurricane|火灾 fire|山火 wildfire
干旱 drought|暴雨 heavy-rain|山体滑坡 landslide|火山 volcano|海啸 tsunami|救援 rescue|幸存者 survivors|死亡 dead|受伤 injured
失踪 missing|医院 hospital|医生 doctors|病毒 virus|疫苗 vaccine|疫情 outbreak|患者 patients|药物 drug|研究 study|科学家 scientists
大学 university|学生 students|学校 school|教师 teachers|教育 education|经济 economy|增长 growth|通货膨胀 inflation|利率 interest-rate
央行 central-bank|银行 bank|股票 shares|股市 stock-market|投资者 investors|投资 investment|基金 fund|债券 bonds|货币 currency
美元 dollar|欧元 euro|价格 prices|石油 oil|天然气 natural-gas|煤炭 coal|电力 electricity|能源 energy|核电站 nuclear-plant
太阳能 solar|电池 battery|电动汽车 electric-cars|汽车 car|飞机 aircraft|航空公司 airline|机场 airport|铁路 railway|列车 train
港口 port|船只 ship|货轮 freighter|航运 shipping|渔民 fishermen|桥梁 bridge|公路 highway|隧道 tunnel|地铁 metro|交通 traffic
公司 company|企业 firm|工厂 factory|工人 workers|工会 union|罢工 strike|裁员 layoffs|失业 unemployment|工资 wages|收入 income
利润 profit|亏损 loss|季度 quarter|收购 acquisition|合并 merger|破产 bankruptcy|上市 listing|贸易 trade|出口 exports|进口 imports
关税 tariffs|农业 agriculture|农民 farmers|小麦 wheat|大米 rice|粮食 grain|食品 food|水 water|河流 river|湖泊 lake
海洋 ocean|岛屿 island|森林 forest|气候 climate|排放 emissions|污染 pollution|环境 environment|动物 animals|熊猫 panda
大象 elephants|鲸鱼 whale|技术 technology|人工智能 artificial-intelligence|芯片 chips|半导体 semiconductor|软件 software
互联网 internet|手机 phone|数据 data|黑客 hackers|网络攻击 cyberattack|卫星 satellite|火箭 rocket|航天员 astronauts|空间站 space-station
月球 moon|望远镜 telescope|足球 football|决赛 final|冠军 champion|球队 team|教练 coach|比赛 match|奥运会 olympics|金牌 gold-medal
球迷 fans|进球 goal|网球 tennis|篮球 basketball|电影 film|导演 director|演员 actor|音乐 music|歌手 singer|博物馆 museum
展览 exhibition|画作 painting|作家 writer|小说 novel|奖项 award|节日 festival|游客 tourists|旅游 tourism|酒店 hotel|餐馆 restaurant
城市 city|村庄 village|居民 residents|房屋 houses|房价 house-prices|建筑 building|土地 land|市长 mayor|省长 governor|官员 officials
发言人 spokesman|外交部 foreign-ministry|大使 ambassador|访问 visit|峰会 summit|会议 meeting|演讲 speech|声明 statement|报告 report
调查 investigation|证据 evidence|嫌疑人 suspect|逮捕 arrest|审判 trial|判决 verdict|监狱 prison|腐败 corruption|贿赂 bribery
毒品 drugs|枪击 shooting|抗议 protest|示威者 demonstrators|改革 reform|计划 plan|预算 budget|税收 tax|养老金 pension|人口 population
出生率 birth-rate|移民 migrants|签证 visa|护照 passport|女性 women|儿童 children|家庭 families|老人 elderly|宗教 religion|教堂 church
教皇 pope|国王 king|女王 queen|王子 prince|历史 history|考古学家 archaeologists|古墓 ancient-tomb|语言 language|记者 journalist
报纸 newspaper|电视 television|广播 radio|视频 video|社交媒体 social-media|用户 users|平台 platform|服务 service|安全 security
危机 crisis|风险 risk|机会 opportunity|合作 cooperation|发展 development|市场 market|产品 products|消费者 consumers|需求 demand
供应 supply|项目 project|合同 contract|标准 standard|质量 quality|系统 system|设备 equipment|事故 accident|坠毁 crash|乘客 passengers
飞行员 pilot|司机 driver|军事演习 military-drill|海军 navy|航母 aircraft-carrier|潜艇 submarine|基地 base|武器 weapons|间谍 spy
情报 intelligence|恐怖分子 terrorists|人质 hostages|绑架 kidnapping|海盗 pirates|走私 smuggling|黄金 gold|铜矿 copper-mine
锂 lithium|稀土 rare-earths|钢铁 steel|水泥 cement|纺织 textile|服装 clothing|玩具 toys|咖啡 coffee|茶叶 tea|葡萄酒 wine
"""

# The most frequent words first; the share that each takes of a text falls with its rank.
FUNCTION_ZH = """的 在 了 是 和 将 对 与 为 并 也 有 这 从 到 中 上 一 不 我们 他 表示 认为 已经 目前 今年 去年 昨天 今天 可能 进行
其中 由于 因为 但是 虽然 如果 而且 同时 此前 随后 根据 通过 关于 超过 大约 至少 一些 许多 没有 需要 可以 应该 继续 开始 成为 提出
宣布 要求 希望 指出 强调 称 说 据 被 让 使 向 于 以 及 或 等 就 还 都 又 再 更 最 很 该 此 他们 她 自己 问题 情况 工作 国家 地区
人民 社会 国际 全球 世界 当地 有关 主要 重要 新 大 小 多 高 年 月 日 人 名 个 次 家 位 项 种 当局 部门 方面 时间 期间 之后 之前 以来
影响 支持 提高 加强 增加 减少 下降 上升 达到 导致 造成 面临 参加 举行 发布 公布 完成 实施 推动 建设 管理 提供 使用 保护 帮助 解决"""
FUNCTION_EN = """the of to and a in that for is on with was as by at from has have be it he said an its are which will not
were this but had after who their they been his or more would than about also new one when up out people over last year two first
into other some could all years there time because between most before she government if we during while where three against no
officials many since so only former under through country state world week month day including what her them being told according
such may can now just near still early late several another around even any use made part long next group local national
international public major big high number million percent per expected announced added called including under still back should
work take find show make help keep open close start end lead hold say plan face join move rise fall cut raise win lose"""

HAN = """的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然没日于起还
发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话者
向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由代军产入先山五太水万市眼体别
处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台
象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百义科社术结六功指思非流每管夫连远资队跟带花快条院变联言权往展该领传近
留红治决周保达办运武半候七必城父强步完革深区即求品士转量空众技轻程告江语英基派满式李息写呢识极令黄德收党未持取设始版双历史商千片容研像找
友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽坐集编宝谈府拉黑且随格尽剑讲布微母调局根曾
准团段终乐切级克精官示冲竟男举客证苦照注费足尔招群推晚响称兴待约阳整支古号绝选吸初季"""

# Latin syllables of invented words and the characters that would write them in Chinese.
SYLLABLES = """ka 卡|ro 罗|ve 韦|lo 洛|mi 米|na 纳|ta 塔|ri 里|so 索|le 莱|ma 马|di 迪|no 诺|sa 萨|be 贝|ra 拉|li 利|do 多
ko 科|pe 佩|lu 卢|ti 蒂|ga 加|fe 费|bo 博|mo 莫|se 塞|ni 尼|ha 哈|ba 巴|da 达|mar 马尔|sen 森|ton 顿|berg 贝格|stan 斯坦|ford 福德
vic 维克|dor 多尔|lan 兰|min 明|kin 金|sel 塞尔|dal 达尔|rin 林|bur 布尔|han 汉|jo 乔|wes 韦斯|nor 诺尔|gan 甘|hol 霍尔"""
PREFIXES = "re un pro con de in over inter trans sub mis pre dis en ex out up"
STEMS = """port form struct duc spect ject mand cent nov mark field land house light work stand ground press hand
water stone wood gard sign count part serv tract vent prov plac cover turn mov view act leg med reg nat loc"""
SUFFIXES = """ing ed er ers ion ions ation al ment ments ity ive able ly ness s es ship age ance ence ist ists ism
ful less ous ic ical ary"""

OUTLETS = """Meridian-Wire Harbour-Post Lakeside-Financial Northern-Courier Daily-Compass Capital-Ledger Island-Times
Morning-Beacon 海峡早报 南湾财经 北岸日报 东方纵览 都市晨刊 环港新闻 中原晚报 天际快讯"""
