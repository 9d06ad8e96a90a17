"""`POST /v1/search`: query, filters, facets, aggregations, order, paging and highlights in one JSON object.

Every member is the twin of a parameter of `GET /v1/articles`; beside them stand `query` (a text or a tree) and
`aggregations`. Also `/v1/query`, which explains instead of searching.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from newsapi.errors import InvalidParameter
from newsapi.parameters import check_known
from search import aggregations, conditions, engines, explaining, filters, names, selectors, tree
from search.filters import Filters, Parameter, filter_parameters
from search.members import Members, wrong

MAX_LIST = 500


def answer(body: Any) -> dict[str, Any]:
    """`{total, results, next, facets?, aggregations?}`; `next` is the `cursor` of the next page, null at the end.

    Raises NewsApiError for what cannot be used, with the path of the member as `parameter`.
    """
    members = Members(body, "")
    params = conditions.parameters(members)
    for parameter in selectors.list_parameters():
        if parameter not in filter_parameters():
            _add(params, parameter, members)
    query, counted = members.get("query"), members.get("aggregations")
    members.end()
    _one_query(params, query)
    wanted = None if counted is None else aggregations.read(counted)
    page = selectors.list_articles(params, query=query)
    found: dict[str, Any] = {"total": page.total, "results": page.results, "next": page.cursor}
    if page.facets is not None:
        found["facets"] = page.facets
    if wanted is not None:
        tree_ = aggregations.read(counted, now=page.asked.now)
        found["aggregations"] = aggregations.evaluate(tree_, page.asked.query)[1]
    return found


def explain(params: QueryDict) -> dict[str, Any]:
    """How `q` is understood beside the filters, see search.explaining. Raises NewsApiError."""
    check_known(params, (parameter.name for parameter in filter_parameters()))
    filters.check_text(params)
    return _explained(params, filters.read(params), "q")


def explain_body(body: Any) -> dict[str, Any]:
    """The same of an object with `query` (a text or a tree) or `q`, and filters."""
    members = Members(body, "")
    params = conditions.parameters(members)
    query = members.get("query")
    members.end()
    _one_query(params, query)
    filters.check_text(params)
    now = filters.present()
    text = None if query is None else tree.read(query, resolve=names.resolve, now=now)
    return _explained(params, filters.read(params, now=now, text=text), "query")


def _explained(params: QueryDict, asked: Filters, name: str) -> dict[str, Any]:
    if not asked.scored:
        raise InvalidParameter(f"{name} is missing: it is what is explained.", parameter=name)
    found = explaining.explain(asked, engines.get_reader())
    return {"q": params["q"], **found} if "q" in params else found


def _one_query(params: QueryDict, query: Any) -> None:
    if query is not None and "q" in params:
        raise InvalidParameter("query and q say the same; give one of them.", parameter="query")
    if query is not None and not isinstance(query, str | Mapping):
        raise wrong("query", 'a text or an object with "op"', query)


def _add(params: QueryDict, parameter: Parameter, members: Members) -> None:
    """A member as the parameter of the same name."""
    value = members.get(parameter.name)
    if value is None:
        return
    if parameter.multi:
        values = value if isinstance(value, list) else [value]
        if len(values) > MAX_LIST or not all(isinstance(one, str) for one in values):
            raise wrong(parameter.name, f"a text or a list of at most {MAX_LIST} texts", value)
        params.setlist(parameter.name, values)
    elif isinstance(value, bool):
        params[parameter.name] = str(value).lower()
    elif isinstance(value, str | int):
        params[parameter.name] = str(value)
    else:
        raise wrong(parameter.name, "a text or a number", value)
