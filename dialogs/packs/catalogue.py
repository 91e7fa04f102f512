"""What can be wrong with a pack, in words a legal clerk can act on: the fault, then the remedy.

The texts are data for pack authors, Chinese first; `{…}` are the fault's params. A code is never reused
for another meaning, since authors' notes and tests cite it.
"""

from __future__ import annotations

from dialogs.packs.catalogue_of_cases import OF_CASES
from dialogs.packs.message import Message

CATALOGUE: dict[str, Message] = OF_CASES | {
    "fault.of_base": Message(  # said after a fault that stands in a base's files
        "（这一处来自引用的包“{base}”，", "不要改那里的文件：请在本包同一个 id 之下改写，或者用 omit 去掉。）",
        "(This stands in the pack '{base}', which is extended.",
        "Leave its files alone: in this pack, restate it under the same id, or omit it.)",
    ),
    "file.unreadable": Message(
        "读不到“{name}”。", "请检查路径和读取权限。",
        "Cannot read '{name}'.", "Check the path and the permission to read it.",
    ),
    "file.none": Message(
        "“{name}”里没有 .yaml 文件。", "请指定规则包的文件夹或文件。",
        "There is no .yaml file in '{name}'.", "Name the pack's folder or file.",
    ),
    "file.too_large": Message(
        "文件超过 {limit} 字节。", "请按记录拆成几个文件，放在同一文件夹。",
        "The file is larger than {limit} bytes.", "Split it by record into several files of one folder.",
    ),
    "file.encoding": Message(
        "文件不是 UTF-8 编码。", "请另存为 UTF-8 编码。",
        "The file is not UTF-8.", "Save it again as UTF-8.",
    ),
    "yaml.syntax": Message(
        "YAML 写法有误：{detail}。", "请检查本行和上一行的缩进、冒号和引号。",
        "Not valid YAML: {detail}.", "Check indentation, colons and quotes on this line and the one before.",
    ),
    "yaml.alias": Message(
        "用了锚点或别名（& 或 *）。", "请把内容写全；共用的部分放进基础包并用 extends 引用。",
        "Anchors and aliases (& or *) are not accepted.", "Write it out; put common parts in a base pack (extends).",
    ),
    "yaml.tag": Message(
        "用了类型标记“{tag}”。", "请删去感叹号开头的标记。",
        "The tag '{tag}' is not accepted.", "Remove the word that starts with an exclamation mark.",
    ),
    "yaml.directive": Message(
        "文件里有 %YAML 指令或多个文档（---）。", "一个文件只写一个文档，不写指令。",
        "The file has a %YAML directive or several documents (---).", "One document a file, without directives.",
    ),
    "yaml.duplicate_key": Message(
        "“{key}”在同一处写了两次（前一次在第 {first} 行）。", "请合并或删去一处。",
        "'{key}' is written twice here (first on line {first}).", "Merge them or remove one.",
    ),
    "yaml.not_mapping": Message(
        "文件最外层应是“名称: 内容”。", "请参照 docs/writing-a-pack.md 的例子。",
        "The file must be 'name: content' at its outermost level.", "See the example in docs/writing-a-pack.md.",
    ),
    "yaml.too_deep": Message(
        "层次超过 {limit} 层或条目超过 {nodes} 个。", "请检查缩进，或减少嵌套。",
        "More than {limit} levels or {nodes} entries.", "Check the indentation or nest less.",
    ),
    "pack.key_twice": Message(
        "“{key}”在两个文件里都写了（另一处：{other}）。", "只有清单可以分写在几个文件里，请留一处。",
        "'{key}' is written in two files (the other: {other}).", "Only lists may be split over files: keep one.",
    ),
    "pack.base_unknown": Message(
        "找不到要引用的基础包“{base}”。", "请检查 extends 的写法，现有：{known}。",
        "There is no base pack '{base}'.", "Check extends; there are: {known}.",
    ),
    "pack.base_cycle": Message(
        "规则包互相引用：{chain}。", "请去掉其中一处 extends。",
        "Packs extend each other: {chain}.", "Remove one of the extends.",
    ),
    "pack.fragment": Message(
        "“{id}”只是供引用的基础包，不能单独使用。", "请用 extends 引用它的规则包。",
        "'{id}' is a base to extend and cannot be used alone.", "Use a pack that extends it.",
    ),
    "pack.folder_name": Message(
        "包的 id“{id}”与文件夹名“{folder}”不一致。", "请改成一致。",
        "The pack's id '{id}' differs from its folder's name '{folder}'.", "Make them equal.",
    ),
    "merge.no_id": Message(
        "清单里有的条目没有 id，无法与基础包合并。", "请给每个条目写 id。",
        "An entry has no id and cannot be merged with the base pack.", "Give every entry an id.",
    ),
    "merge.omit_unknown": Message(
        "要去掉的“{id}”在基础包里没有。", "请检查 omit 里的 id，现有：{known}。",
        "'{id}', to be omitted, is not in the base pack.", "Check the ids under omit; there are: {known}.",
    ),
    "merge.omit_basis": Message(
        "去掉基础包的内容没有写依据。", "请在 omit 旁写 basis，说明依据哪一条。",
        "Something of the base pack is omitted without a basis.", "Write basis beside omit.",
    ),
    "merge.nothing_emptied": Message(
        "“{name}”空着表示去掉基础包的这一项，基础包里却没有。",
        "请删去这一行；想改别的，先用 zhilu packs show 看基础包是怎样写的。",
        "'{name}' is left empty to take a field of the base away, but the base has none.",
        "Remove this line; `zhilu packs show` tells how the base writes it.",
    ),
    "merge.after_unknown": Message(
        "“{where}: {id}”指的条目不存在。", "请写同一清单里已有的 id。",
        "'{where}: {id}' names no entry.", "Name an id of the same list.",
    ),
    "schema.missing": Message(
        "缺少“{name}”。", "请补上。",
        "'{name}' is missing.", "Add it.",
    ),
    "schema.unknown_field": Message(
        "不认识的项目“{name}”。", "{hint_zh}",
        "Unknown field '{name}'.", "{hint_en}",
    ),
    "schema.not_allowed": Message(
        "“{value}”不能用在这里。", "可用的有：{allowed}。",
        "'{value}' is not possible here.", "Possible are: {allowed}.",
    ),
    "schema.pattern": Message(
        "“{value}”的写法不对。",
        "id 用小写英文字母开头，只含小写字母、数字和下划线；其他写法见 docs/writing-a-pack.md。",
        "'{value}' is not written as required.",
        "An id starts with a lower-case letter and holds lower-case letters, digits and underscores.",
    ),
    "schema.too_long": Message(
        "内容太长（最多 {limit}）。", "请写短些。",
        "Too long (at most {limit}).", "Shorten it.",
    ),
    "schema.too_short": Message(
        "内容是空的。", "请填写，或删去这一项。",
        "Empty.", "Fill it in or remove it.",
    ),
    "schema.wrong_type": Message(
        "内容的类型不对，这里要{expected_zh}。", "请改正；像文字的数字请加引号。",
        "Wrong kind of content: {expected_en} is needed.", "Correct it; put quotes around numbers that are text.",
    ),
    "schema.other": Message(
        "内容不合要求：{detail}。", "请参照 docs/writing-a-pack.md 改正。",
        "Not as required: {detail}.", "Correct it; see docs/writing-a-pack.md.",
    ),
    "id.duplicate": Message(
        "id“{id}”在同一清单里重复（前一次在第 {first} 行）。", "请换一个 id。",
        "The id '{id}' occurs twice in one list (first on line {first}).", "Choose another id.",
    ),
    "article.duplicate": Message(
        "第 {no} 条写了两次。", "请合并。",
        "Article {no} is listed twice.", "Merge them.",
    ),
    "choice.no_options": Message(
        "选择题“{id}”没有选项。", "请写 options，至少两个。",
        "The choice '{id}' has no options.", "Write options, at least two.",
    ),
    "choice.unused_options": Message(
        "“{type}”类型的问题不用选项。", "请删去 options，或把类型改成 choice 或 choices。",
        "A question of type '{type}' has no use for options.", "Remove options or make the type choice or choices.",
    ),
    "table.no_columns": Message(
        "表格“{id}”没有栏目。", "请写 columns，例如 {{id: name, title: 名称}}。",
        "The table '{id}' has no columns.", "Write columns, such as {{id: name, title: …}}.",
    ),
    "columns.unused": Message(
        "“{type}”类型的问题不用 columns。", "columns（栏目）只用于 table。",
        "A question of type '{type}' has no use for columns.", "columns is for table.",
    ),
    "level.unused": Message(
        "“{type}”类型的问题不用 level。", "level 只用于 photo、recording 和 file。",
        "A question of type '{type}' has no use for level.", "level is for photo, recording and file.",
    ),
    "outline.unused": Message(
        "“{type}”类型的问题不用 outline。", "outline（询问提纲）只用于 dialogue。",
        "A question of type '{type}' has no use for outline.", "outline is for dialogue.",
    ),
    "check.no_message": Message(
        "写了 check 却没写 check_message。", "请用一句话写明不通过时怎么改。",
        "There is a check but no check_message.", "Say in one sentence what to correct when it fails.",
    ),
    "check.no_check": Message(
        "写了 check_message 却没写 check。", "请补上 check，或删去 check_message。",
        "There is a check_message but no check.", "Add the check or remove the message.",
    ),
    "offer.unknown": Message(
        "不认识的预填来源“{offer}”。", "可用：now、officers、place、case.…、agency.…、answers.…、number.…、text:…。",
        "Unknown source of an offer: '{offer}'.",
        "Possible are: now, officers, place, case.…, agency.…, answers.…, number.…, text:….",
    ),
    "offer.unknown_name": Message(
        "预填来源“{offer}”指的内容不存在。", "{hint_zh}",
        "The offer '{offer}' names nothing that exists.", "{hint_en}",
    ),
    "signature.unknown_name": Message(
        "签名人姓名的来源“{name}”不存在。", "{hint_zh}",
        "The signer's name comes from '{name}', which does not exist.", "{hint_en}",
    ),
    "condition.syntax": Message(
        "条件写法有误：“{text}”。", "请检查括号、引号；相等写 ==，并且写 &&，或者写 ||。",
        "The condition '{text}' cannot be read.", "Check brackets and quotes; equal is ==, and is &&, or is ||.",
    ),
    "condition.unknown_root": Message(
        "条件里的“{name}”不认识。", "条件里可用：{known}。",
        "'{name}' in the condition is unknown.", "Possible are: {known}.",
    ),
    "condition.unknown_answer": Message(
        "条件用到的问题“{name}”在本记录里没有。", "{hint_zh}",
        "The condition uses question '{name}', which this record does not have.", "{hint_en}",
    ),
    "condition.later_answer": Message(
        "问题“{id}”的条件用到了排在它后面的“{name}”，会问不到。", "请把“{name}”移到前面。",
        "The condition of '{id}' uses '{name}', which comes later: it may never be asked.", "Move '{name}' before it.",
    ),
    "condition.unknown_option": Message(
        "条件里的“{value}”不是问题“{name}”的选项。", "选项有：{known}。",
        "'{value}' in the condition is no option of '{name}'.", "The options are: {known}.",
    ),
    "condition.unknown_case_fact": Message(
        "条件用到的案件信息“case.{name}”没有任何问题设定。", "{hint_zh}",
        "The condition uses 'case.{name}', which no question sets.", "{hint_en}",
    ),
    "condition.unknown_deadline": Message(
        "条件用到的期限“{name}”不存在。", "{hint_zh}",
        "The condition uses deadline '{name}', which does not exist.", "{hint_en}",
    ),
    "basis.missing": Message(
        "没有写依据。", "请写 basis，例如 [{short}-8]；规定没有写明的，写 [setting]。",
        "There is no basis.", "Write basis, as [{short}-8]; where the regulation is silent, [setting].",
    ),
    "basis.unknown_article": Message(
        "依据“{basis}”：articles 里没有第 {no} 条。", "请核对条号，或在 articles 里补上这一条。",
        "Basis '{basis}': articles has no article {no}.", "Check the number or add the article.",
    ),
    "basis.unknown_item": Message(
        "依据“{basis}”：第 {no} 条只有 {items} 项。", "请核对项号。",
        "Basis '{basis}': article {no} has only {items} items.", "Check the item's number.",
    ),
    "basis.unknown_source": Message(
        "依据“{basis}”不认识。", "本规定写 {short}-条号；通用法律写“法律名-条号”；本机关设定写 setting。",
        "Basis '{basis}' is not understood.", "Write {short}-number, the name of a law with its article, or setting.",
    ),
    "record.stage_unknown": Message(
        "阶段“{stage}”不存在。", "请给这个记录写 stage，stages 里有：{known}。",
        "There is no stage '{stage}'.", "Write another stage at this record; stages has: {known}.",
    ),
    "record.procedure_unknown": Message(
        "程序“{procedure}”不存在。", "procedures 里有：{known}。",
        "There is no procedure '{procedure}'.", "procedures has: {known}.",
    ),
    "record.opens_case": Message(
        "有 {count} 个记录写了 opens_case，应有且只有一个。", "请只在立案登记的记录上写 opens_case: true。",
        "{count} records have opens_case; exactly one must.", "Write opens_case: true on the record that opens a case.",
    ),
    "record.no_questions": Message(
        "记录“{id}”没有问题。", "请写 questions。",
        "Record '{id}' has no questions.", "Write questions.",
    ),
    "emission.at": Message(
        "“{at}”不是本记录的时间问题。", "请写 answers.加 datetime 或 date 类型问题的 id。",
        "'{at}' is no time question of this record.", "Write answers. and the id of a datetime or date question.",
    ),
    "deadline.never_opened": Message(
        "期限“{id}”的开始事件“{event}”不会发生。", "{hint_zh}",
        "Deadline '{id}' opens on '{event}', which never happens.", "{hint_en}",
    ),
    "deadline.never_closed": Message(
        "期限“{id}”没有会发生的结束事件：{events}。",
        "请在 closes_on 写本包里会发生的事件，例如 record.case_start.submitted。",
        "Deadline '{id}' has no closing event that happens: {events}.",
        "Write an event of this pack under closes_on, as record.case_start.submitted.",
    ),
    "deadline.unknown_event": Message(
        "期限“{id}”的结束事件“{event}”不会发生。", "{hint_zh}",
        "Deadline '{id}' closes on '{event}', which never happens.", "{hint_en}",
    ),
    "deadline.one_unit": Message(
        "期限“{id}”要在 hours、days、workdays 里写且只写一个。", "请只留一个。",
        "Deadline '{id}' needs exactly one of hours, days, workdays.", "Keep one.",
    ),
    "rung.one_time": Message(
        "提醒“{id}”要在 before_hours、before_share、after_hours 里写且只写一个；repeat_hours 只能与 after_hours 同用。",
        "请只留一个。",
        "Reminder '{id}' needs one of before_hours, before_share, after_hours; repeat_hours goes with after_hours.",
        "Keep one.",
    ),
}  # fmt: skip
