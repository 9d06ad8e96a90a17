"""Words that nearly every article has, by language: short lists, only to warn of phrases made of nothing else."""

from __future__ import annotations

from functools import cache

from search.analysis import written

_LISTS = """
en a about an and are as at be been but by can for from had has have he her his i if in is it its may more my no not of
   on or our she so than that the their them there they this to up was we were what when which who will with would you
de als am an auch auf aus bei das dem den der des die ein eine einem einen einer er es für hat im in ist mit nicht noch
   oder sich sie sind und von war wie wird zu zum zur über
fr à au aux avec ce ces cette dans de des du elle en est et il ils je la le les leur mais ne nous on ou par pas plus
   pour que qui sa se ses son sur un une vous
es al como con de del el en es esta la las lo los mas no o para pero por que se sin son su sus un una y ya
it al alla che con da dal del della di e gli il in la le lo nel non per più si sono sul tra un una
pt a ao aos as com como da das de do dos em mais na nas no nos o os ou para pela pelo por que se um uma
nl aan als dat de den die een en er het in is met naar niet of om op te tot van voor was zijn
sv att av de den det en ett för i med och om på som till är
ru а без бы в во для до и из к как не но о от по с со то что это
uk а в від до з за і й на не по та у це що
pl a do i na nie o od po się to w z za że
tr bir bu da de ile için ve
ar ال على عن في من هذا و
fa از با به در را که و
"""


@cache
def words() -> frozenset[str]:
    """As written and folded."""
    lines = (line[2:] if line[:1].strip() else line for line in _LISTS.strip().splitlines())
    return frozenset(word for line in lines for word in written(line))
