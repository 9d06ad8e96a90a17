"""Topic lexicons, one text file per language (`en.txt`, `de.txt`, …), read by `enrich.topic_lexicon`. Own writing.

A file is sections of lines of terms:

    ! match=word            how a plain term matches in this file: word, exact, prefix or substring
    @ 20000574 election     opens a section: the code of a Media Topic of any level (the name is for the reader)
    3 general election, polling station, caretaker*
    2 ballot, voter, run-off
    1 vote, candidate
    @ mask                  phrases that say that a word inside them is not meant (`price war`, `tennis court`)
    - price war, star wars

The number is the weight. 3: says the topic by itself (in the headline, or twice). 2: typical of it. 1: ambiguous;
counts only beside a stronger term or another ambiguous one of the same topic. A term may stand under several topics.
Case, accents and punctuation do not matter (`d'état` and `d etat` are the same). In a `word` file a term also matches
its regular English plural; `term=` matches exactly that form; `term*` every word that starts so (at the end of a
phrase, too); `*term` also inside a word (German and Dutch compounds). In an `exact` file (Vietnamese) a term
matches as it is. In a `prefix` file every term is a prefix unless
it ends with `=`; in a `substring` file (Chinese, Japanese, Thai) it may stand anywhere. A phrase that is found hides
the weight-1 terms inside it and the words of its own topics, and a masked phrase hides everything inside it.

To extend: put terms where an editor would look for them, from narrow to broad (the narrowest topic that is certain:
parents follow by themselves), then run `tests/enrich/test_topics.py`, which checks every line and classifies labelled
articles; `enrich.topics.explain` shows the terms behind a topic. To add a language: add its file; nothing else.
"""
