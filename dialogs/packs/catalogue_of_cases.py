"""Faults of what a pack states about a case as a whole, and of conditions that speak of it; see `catalogue`."""

from __future__ import annotations

from dialogs.packs.message import Message

OF_CASES: dict[str, Message] = {
    "condition.root_not_here": Message(
        "这个条件里用不到“{name}”。", "这里可用：{known}。",
        "'{name}' is not known in this condition.", "Possible here are: {known}.",
    ),
    "condition.unknown_function": Message(
        "条件里的写法“{name}(…)”不认识。", "可用的写法见 docs/writing-a-pack.md 的“条件怎么写”。",
        "There is no function '{name}(…)'.", "See the part on conditions of docs/writing-a-pack.md.",
    ),
    "condition.unknown_event": Message(
        "条件用到的事件“happened.{name}”不会发生。", "{hint_zh}",
        "The condition uses the event 'happened.{name}', which never happens.", "{hint_en}",
    ),
    "condition.unknown_setting": Message(
        "条件用到的设定“settings.{name}”不存在。", "{hint_zh}",
        "The condition uses 'settings.{name}', which does not exist.", "{hint_en}",
    ),
    "condition.unknown_field": Message(
        "条件里的“{name}”不是这里能用的内容。", "{hint_zh}",
        "'{name}' in the condition is no field of what it is asked of.", "{hint_en}",
    ),
    "condition.unknown_column": Message(
        "表格“{table}”没有栏目“{name}”。", "{hint_zh}",
        "The table '{table}' has no column '{name}'.", "{hint_en}",
    ),
    "condition.unknown_record_answer": Message(
        "条件所说的记录里没有问题“{name}”。", "{hint_zh}",
        "The records the condition speaks of have no question '{name}'.", "{hint_en}",
    ),
    "condition.unknown_record_part": Message(
        "条件所说的记录里没有审批、签名或前置要求“{name}”。", "{hint_zh}",
        "The records the condition speaks of have no review step, signature or need '{name}'.", "{hint_en}",
    ),
    "condition.not_yes_no": Message(
        "“{name}”不是“是或否”的问题，不能单独作条件。",
        "请写明比较的内容，例如 {name} == 'x'；只想知道答没答，写 {name} != null。",
        "'{name}' is no yes/no question and cannot stand alone.",
        "Compare it, as {name} == 'x'; to ask whether it is answered, write {name} != null.",
    ),
    "condition.mixed_numbers": Message(
        "“{text}”把可能带小数的数和整数混在一起算，判断会出错。",
        "请都写成带小数的数：整数写作 1.0；数字题的答案、整数设定写作 double(…)。金额本来就带小数。",
        "'{text}' reckons with whole and fractional numbers together, which fails when it is judged.",
        "Make both fractional: write 1.0, and double(…) around a number's answer or a setting. Amounts are already.",
    ),
    "condition.never_holds": Message(
        "条件“{text}”永远不会成立。", "请检查是不是把“或者”写成了“并且”，或者比较的内容互相矛盾。",
        "The condition '{text}' can never hold.", "Check whether && should be ||, or whether it contradicts itself.",
    ),
    "question.unreachable": Message(
        "问题“{id}”永远问不到：条件“{text}”与它所依据的问题的条件互相矛盾。",
        "请改条件；确实不用问的，删去这个问题（引用来的用 omit 去掉）。",
        "Question '{id}' is never asked: '{text}' contradicts the conditions of the questions it rests on.",
        "Correct the condition, or remove the question (omit it when it comes from a base).",
    ),
    "record.unreachable": Message(
        "记录“{id}”永远不能开始：条件“{text}”不会成立。",
        "请改 starts_with；本规定不用这个记录的，用 omit 去掉。",
        "Record '{id}' can never be begun: '{text}' cannot hold.",
        "Correct starts_with, or omit the record.",
    ),
    "record.by_nobody": Message(
        "记录“{id}”没有人可以填写。", "请在 by 里写角色，例如 [officer]；不写 by 就是执法人员。",
        "Nobody may fill in record '{id}'.", "Write roles under by, as [officer]; without by it is the officer.",
    ),
    "record.unknown_answer": Message(
        "“{name}”不是本记录的问题。", "{hint_zh}",
        "'{name}' is no question of this record.", "{hint_en}",
    ),
    "record.not_a_choice": Message(
        "“{name}”不是本记录的选择题（choice）。", "{hint_zh}",
        "'{name}' is no choice question of this record.", "{hint_en}",
    ),
    "need.unknown_record": Message(
        "前置要求“{id}”让先做的记录“{record}”不存在。", "{hint_zh}",
        "Need '{id}' sends to record '{record}', which does not exist.", "{hint_en}",
    ),
    "occupies.not_people": Message(
        "“{name}”不是本记录里选执法人员的问题。", "{hint_zh}",
        "'{name}' is no question of this record that names officers.", "{hint_en}",
    ),
    "occupies.not_a_moment": Message(
        "“{name}”不是本记录里的时间问题（datetime）。", "{hint_zh}",
        "'{name}' is no datetime question of this record.", "{hint_en}",
    ),
    "procedure.unknown_stage": Message(
        "程序“{id}”用到的阶段“{stage}”不存在。", "{hint_zh}",
        "Procedure '{id}' uses stage '{stage}', which does not exist.", "{hint_en}",
    ),
    "procedure.never_reached": Message(
        "程序“{id}”永远轮不到：前面的“{other}”没有写条件。", "请把没有条件的程序放在最后，其余的写明 when。",
        "Procedure '{id}' is never reached: '{other}' before it has no condition.",
        "Put the one without a condition last and give the others a when.",
    ),
    "outline.no_dialogue": Message(
        "提纲“{id}”所说的记录“{record}”里没有一问一答（dialogue）的问题。", "{hint_zh}",
        "Outline '{id}' is for record '{record}', which has no dialogue.", "{hint_en}",
    ),
    "outline.no_lines": Message(
        "提纲“{id}”没有内容。", "请在 lines 里逐条写要问的话。",
        "Outline '{id}' is empty.", "Write what to ask under lines.",
    ),
    "retention.one_length": Message(
        "保存期限“{id}”要在 days、months、years、as_case、permanent 里写且只写一个。", "请只留一个。",
        "Retention '{id}' needs exactly one of days, months, years, as_case, permanent.", "Keep one.",
    ),
    "setting.no_options": Message(
        "设定“{id}”是单选，但选项不足两个。", "请写 options，至少两个。",
        "Setting '{id}' is a choice with fewer than two options.", "Write options, at least two.",
    ),
    "setting.value": Message(
        "设定“{id}”的默认值“{value}”不合它的类型。", "这里要{wanted_zh}。",
        "The default '{value}' of setting '{id}' does not fit its type.", "It must be {wanted_en}.",
    ),
    "deadline.within_setting": Message(
        "期限“{id}”引用的设定“{setting}”不存在，或者不是数字。", "{hint_zh}",
        "Deadline '{id}' takes its length from '{setting}', which is no number setting.", "{hint_en}",
    ),
    "extension.by": Message(
        "期限“{id}”由“{role}”延长，本包没有这个角色。", "{hint_zh}",
        "Deadline '{id}' is extended by '{role}', which is no role of the pack.", "{hint_en}",
    ),
    "extension.one_unit": Message(
        "期限“{id}”的延长要在 hours、days、workdays 里写且只写一个。", "请只留一个。",
        "The extension of deadline '{id}' needs exactly one of hours, days, workdays.", "Keep one.",
    ),
    "extension.plain": Message(
        "期限“{id}”的延长不能写 setting 或者 count_first_day。",
        "延长从原来的最后一日之后算起，只写多少小时、日或者工作日。",
        "The extension of deadline '{id}' takes neither setting nor count_first_day.",
        "It is counted after the old last day; write hours, days or workdays alone.",
    ),
    "deadline.until_unknown": Message(
        "期限“{id}”的截止“{until}”，在发生“{event}”的记录里不是日期或时间问题。", "{hint_zh}",
        "Deadline '{id}' ends at '{until}', which is no date or time asked by what sends '{event}'.", "{hint_en}",
    ),
    "deadline.until_past": Message(
        "期限“{id}”的截止“{until}”只能答今天以前的时间。",
        "请给这个问题写 check: {until} > now，并写 check_message。",
        "Deadline '{id}' ends at '{until}', which takes no time to come.",
        "Give the question check: {until} > now, with a check_message.",
    ),
    "article.never_cited": Message(
        "第 {no} 条没有任何内容引用。",
        "请在落实它的内容里写 basis: [{short}-{no}]；对软件没有要求的，写 asks_nothing 并说明理由。",
        "Nothing cites article {no}.",
        "Write basis: [{short}-{no}] where it is answered, or asks_nothing with the reason.",
    ),
    "published.unreadable": Message(
        "已发布的版本“{name}”读不到，或者被改坏了。", "请从备份恢复这个文件；已发布的版本不能手工修改。",
        "The published version '{name}' cannot be read.", "Restore the file: published versions are never edited.",
    ),
    "published.changed": Message(
        "版本 {version} 已经发布，内容却改了。", "请把 version 改成更高的版本号；已发布的版本不再改。",
        "Version {version} is published and its content has changed.", "Write a higher version.",
    ),
    "published.not_higher": Message(
        "版本 {version} 低于已发布的 {newest}。", "请写更高的版本号。",
        "Version {version} is lower than {newest}, which is published.", "Write a higher version.",
    ),
    "published.type_changed": Message(
        "“{name}”在已发布的 {version} 版里是 {before}，不能改成 {after}。",
        "请恢复原来的类型；要问别的内容，请另加一个新 id 的问题，并去掉原来的。",
        "'{name}' is {before} in published version {version} and cannot become {after}.",
        "Restore the type, or add a question with a new id and take this one out.",
    ),
    "published.option_removed": Message(
        "“{name}”的选项“{option}（{title}）”在已发布的 {version} 版里有，不能删去。",
        "请留着这个选项；不想再让人选的，可以在 title 里注明停用。",
        "Option '{option}' ({title}) of '{name}' is in published version {version} and cannot be removed.",
        "Keep the option; its title may say that it is no longer used.",
    ),
}  # fmt: skip
