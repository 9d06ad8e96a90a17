"""Names by pattern where there are no capitals: people, places and bodies in Chinese, Japanese and Korean.

A person is told by the title or the verb beside the name and by a family name at its beginning; a Japanese place or
body by its last characters and by what may stand before the first. What is known has been found by the gazetteer.
"""

from __future__ import annotations

import re

from enrich.entities.document import Document
from enrich.entities.folding import words_of
from enrich.entities.spans import Span

# Family names of China and Korea; of two characters first.
_HAN_FAMILY = (
    "欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|司徒|[王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛叶葉"
    "阎閻余潘杜戴夏钟鍾汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文宫]"
)
_HAN_TITLES = (
    "主席|总统|總統|总理|總理|首相|部长|部長|副部长|局长|局長|署长|署長|省长|省長|市长|市長|县长|縣長|书记|書記|主任|院长|院長|校长|校長|行长|行長|会长|會長|董事长|董事長|总裁|總裁|总经理|總經理|"
    "总干事|總幹事|秘书长|秘書長|秘書|发言人|發言人|教授|研究员|研究員|专家|專家|博士|医生|醫師|法官|检察官|檢察官|律师|律師|教练|教練|主教练|球员|球員|选手|選手|导演|導演|演员|演員|作家|大使|司令|将军|將軍|"
    "委员|委員|代表|议员|議員|立委|居民|村民|市民|学生|學生|负责人|負責人|创始人|創辦人|队长|隊長|司机|司機|老师|老師|记者|記者|首席执行官|执行长|執行長|外长|外長|防长|防長"
)
_HAN_VERBS = (
    "表示|指出|说|說|称|稱|介绍|介紹|认为|認為|强调|強調|宣布|告诉|告訴|批评|批評|回应|回應|呼吁|呼籲|透露|"
    "坦言|解释|解釋|证实|證實|当选|當選|先生|女士|[，、（(]"
)
_HAN = r"[\u4e00-\u9fff]"
_CHINESE = re.compile(
    rf"(?:{_HAN_TITLES})(?P<a>(?:{_HAN_FAMILY}){_HAN}{{1,2}}?)(?=(?:则|則|还|還|也|今|昨|近|日前)?(?:\d|{_HAN_VERBS}))"
)
_KO_FAMILY = (
    "김이박최정강조윤장임한오서신권황안송류유홍전고문손양배백허남심노하곽성차주우구민진나엄원천"
    "방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용"
)
_KOREAN = re.compile(
    rf"(?<![가-힣])(?P<a>(?:남궁|황보|제갈|선우|[{_KO_FAMILY}])[가-힣]{{2}}) (?:전 |신임 |부|수석)?"
    r"(?:대통령|총리|장관|차관|대표|의원|시장|지사|군수|구청장|회장|부회장|사장|이사장|위원장|총장|청장|원장|교수|감독|선수|변호사|검사|판사|대변인|씨|기자|작가|배우|본부장|실장|국장|행장|소장|연구원|원내대표|최고위원|후보|코치|박사)"
)
_JA_TITLES = (
    "首相|大統領|総理|大臣|外相|防衛相|財務相|官房長官|長官|知事|市長|町長|村長|区長|議員|議長|委員長|幹事長|総裁|代表|会長|社長|頭取|理事長|教授|准教授|名誉教授|監督|選手|投手|捕手|内野手|外野手|棋士|"
    "さん|氏|容疑者|被告|元首相|元会長|弁護士|記者|裁判長|検事|医師|院長|校長|学長|主将|コーチ|俳優|監督"
)
_JAPANESE = re.compile(
    rf"(?<![\u4e00-\u9fff々ァ-ヶー])(?P<a>[\u4e00-\u9fff々]{{2,4}})(?:{_JA_TITLES})(?![\u4e00-\u9fff])"
)
_JA_PLACE = re.compile(r"(?<![\u4e00-\u9fff々ァ-ヶ])(?P<a>[\u4e00-\u9fff々]{1,3}[県市町村])(?![\u4e00-\u9fff々])")
_JA_BODY = re.compile(
    r"(?<![\u4e00-\u9fff々ァ-ヶー])(?P<a>[\u4e00-\u9fff々ァ-ヶー]{2,8}"
    r"(?:大学|銀行|電力|新聞|警察署|県警|府警|道警|警視庁|気象台|地裁|高裁|製鉄|自動車|鉄道|航空|建設|商事|証券|製薬|研究所|協会|連盟|組合|学会))"
    r"(?![\u4e00-\u9fff々])"
)
# What looks like a family name before a title, or like the name of a town, and is none.
_NOBODY = words_of(
    "男性 女性 同社 同県 同市 同町 同党 両党 与党 野党 当時 前任 新任 共同 最高 最大 現職 歴代 地元 関係 主要 "
    "各国 両国 同国 自分 子供 皆 全員 父親 母親 店主 客 住民 患者 学生 生徒 東京都 市町 全市 各市 都市 当市 "
    "本市 同村 農村 漁村 自治 財務 総務 外務 法務 防衛 文部 環境 経済 国土 厚生 農林 国務 副 元 前 現 日本 "
    "米国 中国 韓国 英国 仏 独 北朝鮮 国際 民主 自民 公明 立憲 維新 共産 国民 社民 参政 代表 会長 取締役 "
    "執行役員 最高経営責任 名誉 特命 担当 官房 内閣 首席 専務 常務 副大 "
)
_NO_TOWN = words_of(
    "都市 朝市 見本市 農村 漁村 全町 各町 各市 同市 同県 同町 同村 市町村 当市 他県 他市 両県 両市 隣県 港町 "
    "城下町 下町 株式市 "
)


def eastern_spans(doc: Document, language: str) -> list[Span]:
    """Candidates in a text in Chinese, Japanese or Korean (BCP 47); none for other languages."""
    spans = []
    for kind, pattern, nobody in _PATTERNS.get(language.split("-")[0], ()):
        for match in pattern.finditer(doc.text):
            if match["a"] not in nobody:
                spans.append(Span(*match.span("a"), kind, words=(match["a"][0], match["a"][1:]), rank=0))
    return spans


_NONE: frozenset[str] = frozenset()
_PATTERNS = {
    "zh": (("person", _CHINESE, _NONE),),
    "ko": (("person", _KOREAN, _NONE),),
    "ja": (("person", _JAPANESE, _NOBODY), ("place", _JA_PLACE, _NO_TOWN), ("organisation", _JA_BODY, _NONE)),
}
