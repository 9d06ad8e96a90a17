"""People by pattern: given names, titles and roles before a name, ages and verbs of saying after it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from enrich.entities.document import BESIDE, NORMAL, PARTICLE, Document, Token
from enrich.entities.folding import words_of
from enrich.entities.knowledge import Known
from enrich.entities.lexicon import given_stems, lexicon
from enrich.entities.spans import Span
from enrich.entities.stems import INFLECTED, stemmer

_AGE = re.compile(r", ?(?:aged )?\d{1,2}\b(?:,|\.| and| of| from|$)")
_SURNAME = re.compile(
    r".{2,}(?:ov|ova|ev|eva|enko|chuk|shvili|idze|adze|yan|ian|sson|dottir|sen|ski|sky|skyi|ska|skaya|icz|wicz|oglu|escu|opoulos|akis|idis|"
    r"ovic|evic|avic|vich|inen|elli|etti|ini|ucci|ez|aldi|mann|stein|berg|feld|burg|son|ton|ham|worth|field|smith|man|land|strom|gren|quist)"
    r"|.{2,}(?:ов|ова|ев|ева|ёв|ин|ина|ский|ская|цкий|цкая|енко|чук|юк|ян|дзе|швили|ич|ук|ко|ськии|ська|ський|цький)(?:а|у|ым|ом|е|ой|ого|ому|им)?"
    r"|.{3,}(?:οπουλος|οπουλου|ακης|ακη|ιδης|ιδη|ογλου|εας|ατος)"
)
# Who studies or does something, in languages that share the endings: glaciologist, biólogo, Politologin, политолог.
_PROFESSION = re.compile(
    r".{3,}(?:ologist|ographer|icist|ysicist|aeologist|ologo|ologa|ologe|ologin|ologue|olog|olozka|ologu|olozi|ograf|"
    r"ografo|ografa|economista|economist|okonom|okonomin|ekonomist|politolog|ingenieur|direktor|direktorin|leiter|"
    r"leiterin|sprecher|sprecherin|minister|ministerin|chef|chefin|trainer|trainerin|meister|meisterin|prasident|"
    r"prasidentin|berater|beraterin|forscher|forscherin|anwalt|anwaltin|experte|expertin|besitzer|inhaber|inhaberin)"
    r"|.{3,}(?:олог|ограф|номист|ректор|итель|исатель|щик|ник|ница|вед|итель)"
)
_SUFFIXES = words_of("jr sr ii iii iv")
# Family names that stand in front, and what follows them: Xi Jinping, Kim Jong-un, Nguyen Phu Trong, Zhang Yimou.
_FAMILY_FIRST = words_of(
    "ahn bae baek bai bui cai cao chen cheng cho choi cui dang deng ding dong du duan feng gao gong guo han hao "
    "he hong hou hu huang hwang jang jeong jiang jung kang kim kong kwon lai lee lei li liang lim lin liu long lu "
    "luo ma mao meng moon nam ngo nguyen noh oh pan park peng pham qian qiao qin ren roh seo shao shen shin song "
    "su sun tan tang tian tran tsai vo wan wang wei wen wu xi xiao xie xu yan yang yao ye yin yoon yu yuan zeng "
    "zhang zhao zheng zhong zhou zhu zhuang"
)
_SYLLABLE = (
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|in|un|"
    "ia|ie|iu|ua|uo|ui|ue|a|e|i|o|u)"
)
_PINYIN = re.compile(
    f"{_SYLLABLE}{{2}}|(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|ei)"
)
_HYPHENED = re.compile(r"[A-Z][a-z]{1,5}-[A-Za-z]?[a-z]{1,5}")
# What says right after a name that it is somebody's.
_WHO = re.compile(r",? (?:who|whose|whom)\b")
_DESCRIBED = re.compile(r" ?\((?:born |b\. ?|aged )?\d{2}|, (?:a|an|the|his|her|its) ")
# What a building, a square or a festival is called by, before the name of whom it honours, and after it.
_BUILDINGS = words_of(
    "teatro theatre museo musee museu biblioteca bibliotheque stadio stade estadio plaza piazza place praca calle rue "
    "rua via avenida avenue iglesia eglise chiesa igreja hotel palacio palais palazzo puente pont ponte hospital "
    "hopital ospedale colegio college lycee liceo escuela ecole scuola festival premio prix campo casa maison castello "
    "chateau castillo parque parc parco torre los las the hermanos juniors virrey"
)
_ENDS = words_of(
    "dock reservoir design hockey transport industrial horizon house street road square station stadium bridge park "
    "award prize cup tour trophy day week festival show act county river lake island"
)
_ACCORDING = words_of("segun selon secondo segundo laut sipas wedlug volgens enligt ifolge podle prema dupa")
# What parts the names of a list.
_LISTED = words_of(", , and | and | & | y | et | und | e | dhe | och | og |, |; ", "|") | {", and ", "/", " / "}
# Days and months follow a name without being a part of it: "Merz Friday".
_DATES = words_of(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august september "
    "october november december"
)
MRS = words_of(
    "mr mrs ms miss mx dr prof professor sir lord lady dame herr frau monsieur madame mme m señor señora "
    "sr sra zoti zonja pan pani signor signora"
)
STRICT = words_of(
    "president prime minister premier chancellor senator sen rep congressman congresswoman gov governor "
    "mayor pope cardinal archbishop bishop "
    "sheikh ayatollah imam rabbi general gen colonel col lieutenant lt sergeant sgt admiral judge justice "
    "detective inspector officer constable"
)
# "the glaciologist …", "mathematician …": trades that no list has.
_TRADES = ("ologist", "ographer", "ician", "iatrist", "ionist", "alist", "ianist")
SAYING = words_of("said says told added explained argued wrote warned insisted testified recalled")
# Sum of evidence from which on a group of names is a person.
ENOUGH = 2.0


class People:
    """Reads the groups of name-like words in a document."""

    def __init__(
        self,
        doc: Document,
        tokens: list[Token],
        taken: set[int],
        named: dict[int, str],
        language: str,
        known: Mapping[tuple[str, str], Known],
    ) -> None:
        """`taken`: tokens inside longer known names. `named`: what single tokens are known as (place, demonym, …).

        `known`: the known people of the world by the stems of their first and last names.
        """
        self.stem = stemmer(language)
        self.known = known
        self.inflected = given_stems(language) if language in INFLECTED else frozenset()
        self.doc = doc
        self.tokens = tokens
        self.taken = taken
        self.named = named
        self.words = lexicon()
        self.lone: Counter[str] = Counter()
        self.spans: list[Span] = []
        self._pending: list[tuple[list[int], bool, str]] = []
        self._people: dict[int, int] = {}
        self._doubtful: list[tuple[list[int], float]] = []

    def find(self) -> list[Span]:
        """Candidates for people."""
        words = self.words
        group: list[int] = []
        titled, title = False, ""
        for at, token in enumerate(self.tokens):
            folded = token.folded
            if token.link not in (BESIDE, PARTICLE):
                self._flush(group, titled, title)
                group, titled, title = [], False, ""
            if at in self.taken:
                self._flush(group, titled, title)
                group, titled, title = [], False, ""
                continue
            if len(folded) == 1 and self.doc.text[token.end : token.end + 1] == ".":
                group.append(at)
                continue
            if (
                group
                and folded in words.common_surnames
                and self._opens(group[0])
                and len(group) < 3
                and not self._title_mode(token)
            ):
                group.append(at)
                continue
            if folded in words.titles and not (folded in words.given and not self._title_follows(at)):
                self._flush(group, titled, title)
                group, titled, title = [], True, folded
                continue
            if folded in words.roles:
                self._flush(group, titled, title)
                group, titled, title = [], True, folded if titled else "role"
                continue
            known_as_name = self._given(folded) or folded in words.surnames
            if folded in words.common:
                if (
                    folded in words.weak_given
                    and not group
                    and not (token.initial and len(folded) < 3)
                    and self._name_follows(at)
                ):
                    group.append(at)
                    continue
                self._flush(group, titled, title)
                group, titled, title = [], False, ""
                continue
            if folded in words.org_heads and folded not in words.given:
                # What stands before it belongs to the organisation.
                group, titled, title = [], False, ""
                continue
            if at in self.named and self.named[at] != "person" and not known_as_name:
                self._flush(group, titled, title)
                group, titled, title = [], False, ""
                continue
            if self._acronym(token) and not (not group and self._name_follows(at)):
                self._flush(group, titled, title)
                group, titled, title = [], False, ""
                continue
            group.append(at)
        self._flush(group, titled, title)
        for group, titled, title in self._pending:
            self._judge(group, titled, title)
        self._listed()
        return self.spans

    def _listed(self) -> None:
        """Names that stand in a list with those of people: "Ann Lee, Eweryst Estkowski and Jan Nowak"."""
        text, tokens = self.doc.text, self.tokens
        starts = set(self._people.values())
        for doubtful in (self._doubtful, self._doubtful[::-1]):
            for group, score in doubtful:
                first, last = group[0], group[-1]
                if first in starts:
                    continue
                before = (
                    first and first - 1 in self._people and text[tokens[first - 1].end : tokens[first].start] in _LISTED
                )
                after = last + 1 in starts and text[tokens[last].end : tokens[last + 1].start] in _LISTED
                if score + 0.9 * (before + after) + 0.3 * bool(before or after) >= ENOUGH - 0.5:
                    starts.add(first)
                    self._add(group, False)

    def _given(self, folded: str) -> bool:
        if folded in self.words.given:
            return True
        short = self.stem(folded)
        return short in self.inflected or (folded >= "\u0370" and short in self.words.given)

    def _opens(self, at: int) -> bool:
        folded = self.tokens[at].folded
        return (self._given(folded) and folded not in self.words.weak_given) or len(folded) == 1

    def _title_mode(self, token: Token) -> bool:
        return self.doc.segment(token.start).mode != NORMAL

    def _title_follows(self, at: int) -> bool:
        """Whether a word that is a title and a given name ("Dean", "Earl", "Judge") stands before two more names."""
        after = self.tokens[at + 1 : at + 3]
        return len(after) == 2 and all(token.link == BESIDE for token in after) and after[0].folded in self.words.given

    def _name_follows(self, at: int) -> bool:
        if at + 1 >= len(self.tokens) or at + 1 in self.taken:
            return False
        after = self.tokens[at + 1]
        return (
            after.link in (BESIDE, PARTICLE)
            and (after.folded in self.words.surnames or _SURNAME.fullmatch(after.folded) is not None)
            and after.folded not in self.words.org_heads
            and not self._title_mode(after)
        )

    def _acronym(self, token: Token) -> bool:
        text = self.doc.text[token.start : token.end]
        return (
            len(text) > 1
            and text.isupper()
            and token.folded not in _SUFFIXES
            and self.doc.segment(token.start).mode != 2
        )

    def _flush(self, group: list[int], titled: bool, title: str) -> None:
        end = len(group)
        while end and len(self.tokens[group[end - 1]].folded) == 1:
            end -= 1
        if not end:
            return
        group = group[:end]
        if len(group) == 1:
            self.lone[self.stem(self.tokens[group[0]].folded)] += 1
        self._pending.append((group, titled, title))

    def _judge(self, group: list[int], titled: bool, title: str) -> None:
        tokens, words, doc = self.tokens, self.words, self.doc
        if len(group) > 2 and tokens[group[0]].folded not in words.given and len(tokens[group[0]].folded) > 1:
            opening = next((k for k in range(1, len(group) - 1) if self._opens(group[k])), 0)
            group = group[opening:]
        first, last = tokens[group[0]], tokens[group[-1]]
        final = tokens[group[-2]] if last.folded in _SUFFIXES and len(group) > 1 else last
        before = doc.word_before(first.start)
        if len(group) == 1:
            addressed = titled and (title in MRS or title in STRICT) and len(first.folded) > 1
            if group[0] not in self.named and (addressed or self._speaks(first)):
                self._add(group, True)
            return
        if len(group) > 5 or first.folded in _BUILDINGS or last.folded in _ENDS:
            return
        if (self.stem(first.folded), self.stem(final.folded)) in self.known and doc.segment(first.start).mode == NORMAL:
            self._add(group, titled)
            return
        score = 0.0
        given = self._given(first.folded)
        place = group[0] in self.named
        if given:
            score += 1.0 if place or first.folded in words.weak_given else 2.0
        elif len(first.folded) == 1 or (len(first.folded) == 2 and self._acronym(first)):
            score += 1.0
        if any(len(tokens[at].folded) == 1 for at in group[1:-1]):
            score += 1.0
        joined = any(tokens[at].link == PARTICLE for at in group[1:])
        if joined:
            # "Zahl der Lastwagen": where nouns have capitals, a particle alone makes no name.
            score += 0.5 if given or titled else -0.5
        known_surname = final.folded in words.surnames or final.folded in words.common_surnames
        if known_surname:
            score += 1.0
        elif _SURNAME.fullmatch(final.folded):
            score += 0.7
        if doc.segment(first.start).mode != NORMAL:
            if given and not place and known_surname and len(group) == 2:
                self._add(group, titled)
            return
        if not given and len(group) == 2 and self._family_first(first, last):
            score += 1.7
        if self._goes_on(group[-1]):
            score -= 1.7
        if titled:
            score += 2.0 if title != "role" else 1.5
        elif (
            before in words.roles
            or _PROFESSION.fullmatch(before)
            or before.endswith(_TRADES)
            or (before in words.say_before and (before not in ("by", "with") or known_surname or given))
            or before in words.titles
        ):
            score += 1.5
        after = doc.word_after(last.end)
        if after in SAYING:
            score += 1.0
        elif after in words.say:
            score += 0.8
        elif _WHO.match(doc.text, last.end):
            score += 1.8
        elif _DESCRIBED.match(doc.text, last.end):
            score += 0.6
        if doc.text[last.end : last.end + 2] == ", " and doc.word_after(last.end + 1).rstrip(",.") in words.roles:
            score += 1.0
        if before in _ACCORDING:
            score += 1.2
        if _AGE.match(doc.text, last.end):
            score += 2.0
        if self.lone[self.stem(final.folded)]:
            score += 1.0
        if len(group) < 4:
            score += 0.3
        if before == "the" or before in ("a", "an"):
            score -= 1.5
        if first.initial and not given:
            score -= 0.7
        if place and not known_surname and not titled:
            score -= 1.0
        if final.folded in words.common and not (given and first.folded not in words.weak_given):
            score -= 1.0
        if group[-1] in self.named and not known_surname and not self._opens(group[0]):
            score -= 1.0
        if score >= ENOUGH:
            self._add(group, titled)
        elif score >= 0.2 and len(group) < 4 and not place and not joined:
            self._doubtful.append((group, score))

    def _family_first(self, first: Token, last: Token) -> bool:
        """Whether it is a Chinese, Korean or Vietnamese name."""
        if first.folded not in _FAMILY_FIRST:
            return False
        written = self.doc.text[last.start : last.end]
        return _HYPHENED.fullmatch(written) is not None or _PINYIN.fullmatch(last.folded) is not None

    def _goes_on(self, at: int) -> bool:
        """Whether another capitalised word follows a group that no person's name has: "Lindsey Air Station"."""
        if at + 1 >= len(self.tokens):
            return False
        after = self.tokens[at + 1]
        return after.link == BESIDE and after.folded not in _DATES and not after.initial

    def _speaks(self, token: Token) -> bool:
        """Whether a lone name that nobody introduced says something, and looks like a surname."""
        if self.doc.segment(token.start).mode != NORMAL or not (
            token.folded in self.words.surnames or _SURNAME.fullmatch(token.folded)
        ):
            return False
        return self.doc.word_after(token.end) in SAYING or self.doc.word_before(token.start) == "said"

    def _add(self, group: list[int], titled: bool) -> None:
        self._people[group[-1]] = group[0]
        first, last = self.tokens[group[0]], self.tokens[group[-1]]
        end = last.end
        if last.folded in ("jr", "sr") and self.doc.text[end : end + 1] == ".":
            end += 1
        names = tuple(self.tokens[at].folded for at in group if self.tokens[at].folded not in _SUFFIXES)
        self.spans.append(
            Span(first.start, end, "person", words=names, rank=2, titled=titled, tokens=(group[0], group[-1]))
        )
