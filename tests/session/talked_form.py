"""A form with a question of each kind that talk treats in its own way."""

from __future__ import annotations

FORM = """
| survey |                       |        |              |                |            |          |            |                    |                |
|        | type                  | name   | label::English (en) | label::中文 (zh) | appearance | required | constraint | constraint_message | fk:warning     | relevant | fk:tier |
|        | text                  | who    | Who is it?   | 是谁？          |            | yes      |            |                    |                | | |
|        | integer               | age    | Age          | 年龄            |            |          | . < 150    | Too old            | . < 100        | | |
|        | select_one sex        | sex    | Sex          | 性别            |            |          |            |                    |                | | |
|        | select_multiple crops | crops  | Crops        | 作物            |            |          |            |                    |                | | |
|        | rank crops            | order  | Order        | 次序            |            |          |            |                    |                | | |
|        | begin_group           | house  | House        | 房屋            | field-list |          |            |                    |                | | |
|        | integer               | rooms  | Rooms        | 房间            |            |          |            |                    |                | | |
|        | text                  | roof   | Roof         | 屋顶            |            |          |            |                    |                | ${rooms} > 2 | |
|        | date                  | built  | Built        | 建成            |            |          |            |                    |                | | R |
|        | end_group             |        |              |                |            |          |            |                    |                | | |
|        | begin_repeat          | person | Person       | 成员            |            |          |            |                    |                | | |
|        | text                  | pname  | Name         | 姓名            |            |          |            |                    |                | | |
|        | end_repeat            |        |              |                |            |          |            |                    |                | | |
|        | text                  | secret | Secret       | 密              | masked     |          |            |                    |                | | |
|        | text                  | story  | Story        | 经过            | multiline  |          |            |                    |                | | |
|        | acknowledge           | seen   | Shown        | 已出示          |            |          |            |                    |                | | |
| choices |           |       |        |     |
|         | list_name | name  | label::English (en) | label::中文 (zh) | missing |
|         | sex       | 1     | Male   | 男   | |
|         | sex       | 2     | Female | 女   | |
|         | sex       | 9     | Will not say | 不愿说 | pns |
|         | crops     | rice  | Rice   | 水稻 | |
|         | crops     | tea   | Tea    | 茶叶 | |
|         | crops     | oil   | Rape   | 油菜 | |
| settings |          |         |                  |
|          | form_id | form_title | default_language |
|          | talk    | Talk       | English (en)     |
"""
