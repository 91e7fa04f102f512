"""What each field of a pack is called and means, in Chinese: for editors (JSON Schema) and for comparing versions.

Data for pack authors, like the catalogue of faults. `"Model.field"`: (name, meaning); models inherit from `Element`
and `Titled`.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

FIELDS: dict[str, tuple[str, str]] = {
    "Element.basis": ("依据", "条号，例如 [XG-8]、[XG-10.2]；通用法律写“法律名-条号”；规定没有写明的写 [setting]。"),
    "Titled.id": ("编号", "小写英文字母开头，只含小写字母、数字和下划线；写定后不要改。"),
    "Titled.title": ("名称", "界面和文书上的名称。"),
    "Option.id": ("编号", "选项的编号，条件里用它比较。"),
    "Option.title": ("选项", "按钮和文书上的文字。"),
    "Option.sounds": ("说法", "口头回答时的其他说法，用来识别语音。"),
    "Column.id": ("编号", "栏目的编号，条件里用 行.编号 取用。"),
    "Column.title": ("栏目", "表头的文字。"),
    "Column.required": ("必填", "false 表示这一栏可以空着。"),
    "Question.id": ("编号", "问题的编号，条件里用 answers.编号 取用；写定后不要改。"),
    "Question.type": ("类型", "问题的类型，决定怎样回答、怎样检查。"),
    "Question.ask": ("问法", "聊天里怎么问：一句完整、礼貌的问话。"),
    "Question.label": ("文书用语", "文书上印的名称；不写就用问法。"),
    "Question.help": ("说明", "问题下面的一两句提示。"),
    "Question.example": ("举例", "一个回答的例子。"),
    "Question.required": ("必答", "false 表示可以不答。"),
    "Question.skip": ("跳过", "no 不能跳过；free 可以跳过；with_reason 跳过要写原因，原因会印在文书上。"),
    "Question.unknown": ("可答不详", "true 表示可以答“不详”，但要写原因。身份类问题都应当加上。"),
    "Question.when": ("何时问", "条件成立才问；只能用排在前面的问题。"),
    "Question.check": ("检查", "答案要满足的条件。"),
    "Question.check_message": ("检查不通过的提示", "用一句话写明怎么改。"),
    "Question.offer": (
        "预填",
        "现成的内容从哪里来：now、officers、place、case.名称、answers.问题、agency.name、number.问题、text:文字。",
    ),
    "Question.options": ("选项", "choice 和 choices 的选项，至少两个。"),
    "Question.columns": ("栏目", "table 的栏目。"),
    "Question.must": ("多选要求", "all 表示全部都要勾；any 表示勾了就行。"),
    "Question.least": ("最少", "至少几个（人员、多选、照片等）。"),
    "Question.most": ("最多", "最多几个。"),
    "Question.longest": ("字数上限", "最多多少字。"),
    "Question.level": ("音像要求", "must 必须有；waivable 可以不拍但要写原因；preferred 建议有。只用于音像和材料。"),
    "Question.outline": ("询问提纲", "dialogue 里提示执法人员问的话。"),
    "Question.sets": ("成为案件信息", "这个答案提交后成为 case.名称，别的记录可以取用。"),
    "Question.block": ("版式", "印在文书上的样子；opinion 是审批意见格。"),
    "Question.group": ("分组", "相邻的、分组相同的问题印在同一格里。"),
    "SignatureSlot.id": ("编号", "签名位的编号；与意见格同名时签在那一格里。"),
    "SignatureSlot.label": ("签名人", "文书上印的称呼。"),
    "SignatureSlot.who": ("谁签", "执法人员、第二执法人员、当事人、见证人或其他人。"),
    "SignatureSlot.name": ("姓名来源", "answers.问题 或 case.名称；没有就当场填写。"),
    "SignatureSlot.may_refuse": ("可以拒签", "true 表示可以记拒签和原因。"),
    "SignatureSlot.required": ("必签", "false 表示可以不签。"),
    "SignatureSlot.when": ("何时要签", "条件成立才要签。"),
    "ReviewStep.id": ("编号", "审批步骤的编号。"),
    "ReviewStep.title": ("步骤", "审批步骤的名称。"),
    "ReviewStep.by": ("由谁", "哪个角色审批。"),
    "ReviewStep.when": ("何时要批", "条件成立才要这一步。"),
    "ReviewStep.of_unit": ("限本部门", "true 表示只送本案部门的人。"),
    "ReviewStep.reads_compliance": ("先看核对", "true 表示审批前先看案件核对结果，并记下看过。"),
    "ReviewStep.return_allowed": ("可以退回", "false 表示不能退回。"),
    "Emission.event": ("事件", "发生的事件，例如 case.started_urgently；期限按它开始或结束。"),
    "Emission.when": ("何时发生", "条件成立才发生。"),
    "Emission.at": ("从何时起算", "answers.时间问题；不写就是发生的那一刻。"),
    "Emission.on": ("提交还是封存", "submitted 提交时发生；sealed 批准、封存后才发生。"),
    "Make.kind": ("制作什么", "disc_image 光盘映像；case_index 归档目录，封存后制作。"),
    "Make.of": ("内容", "光盘映像的内容：recordings 本案收到的录音录像。"),
    "Make.when": ("何时制作", "条件成立才制作。"),
    "Need.id": ("编号", "前置要求的编号。"),
    "Need.holds": ("应当已经", "应当成立的条件；不成立时要写原因，不会拦住。"),
    "Need.says": ("提示", "一句话写明还差什么。"),
    "Need.first": ("先做的记录", "记录的编号，会给出按钮。"),
    "Need.at": ("何时核对", "beginning 开始填写时；submitting 提交时（可用 answers）。"),
    "Occupies.people": ("占用哪些人", "选执法人员的问题：answers.问题。"),
    "Occupies.from": ("从何时", "answers.时间问题。"),
    "Occupies.until": ("到何时", "answers.时间问题。"),
    "Record.stage": ("阶段", "stages 里的编号。"),
    "Record.stage_in": ("别的程序里的阶段", "程序编号: 阶段编号；同一种记录在几种程序里属于不同的阶段时写。"),
    "Record.opens_case": ("立案", "true 表示填它就开始一个案件；一个包里只有一个。"),
    "Record.archives_case": ("归档", "true 表示封存后案件归档。"),
    "Record.after_archive": ("归档后可填", "true 表示案件归档后还可以填。"),
    "Record.disposes": ("处置材料", "answers.问题：写明要处置的材料编号。"),
    "Record.finds_fault": ("查出的问题", "answers.选择题：写明查出哪一种问题；统计时按它分类。"),
    "Record.by": ("谁填", "可以填写的角色；不写就是执法人员。"),
    "Record.starts_with": ("何时可填", "条件成立才出现在可填的记录里。"),
    "Record.expected": ("何时应有", "条件成立而还没有提交时，案件核对会提示缺少。"),
    "Record.needs": ("前置要求", "按规定应当先做完的事；没做也能往下走，但要写原因。"),
    "Record.sets": ("设定案件信息", "提交后把案件信息设成固定的值。"),
    "Record.occupies": ("占用人员", "谁在什么时间忙于它，用来发现同一人同时在两处。"),
    "Record.repeatable": ("可填多次", "false 表示一个案件只填一次。"),
    "Record.paper": ("有文书", "false 表示不出文书，提交即封存。"),
    "Record.goes_out": ("对外文书", "true 表示送给别人：末尾盖机关印章，内部审批另页。"),
    "Record.numbering": ("文号", "文号的系列；不写就没有文号。"),
    "Record.second_officer_confirms": ("两人确认", "false 表示不用第二名执法人员确认。"),
    "Record.questions": ("问题", "按顺序写。"),
    "Record.sign_off": ("签名", "谁在文书上签名。"),
    "Record.review": ("审批", "按顺序的审批步骤。"),
    "Record.emits": ("事件", "提交或封存时发生的事件。"),
    "Record.makes": ("制作材料", "提交后制作的材料。"),
    "Record.closing_text": ("结尾", "文书末尾的一句话。"),
    "Within.hours": ("小时", "多少小时。"),
    "Within.days": ("日", "多少日；当日不计，最后一日二十四时到期。"),
    "Within.workdays": ("工作日", "多少个工作日。"),
    "Within.setting": ("由设定决定", "数字设定的编号，本机关改了它就按改的算。"),
    "Within.count_first_day": ("当日计算", "true 表示开始当日也算。"),
    "Within.roll_holidays": ("节假日顺延", "true 表示到期日是节假日的，顺延到下一个工作日。"),
    "Rung.id": ("编号", "提醒的编号。"),
    "Rung.before_hours": ("提前几小时", "到期前多少小时提醒。"),
    "Rung.before_share": ("提前几成", "期限还剩多少时提醒，例如 0.2 是还剩五分之一。"),
    "Rung.repeat_hours": ("每几小时再提醒", "逾期后没有办结，每隔多少小时再提醒一次；与 after_hours 同用。"),
    "Rung.after_hours": ("逾期几小时", "到期后多少小时提醒；0 是到期时。"),
    "Rung.to": ("提醒谁", "本案执法人员或某个角色。"),
    "Deadline.opens_on": ("开始事件", "什么事件发生后开始算。"),
    "Deadline.opens_when": ("开始条件", "条件成立才开始算。"),
    "Deadline.closes_on": ("结束事件", "哪些事件表示已经办了。"),
    "Deadline.replaced_on": ("被取代的事件", "由另一个期限接替，不算办了。"),
    "Deadline.within": ("期限", "多长；hours、days、workdays 只写一个。"),
    "Deadline.until": ("截止", "answers.日期问题：以答案里的时间为准，不写 within。"),
    "Deadline.per": ("按什么算", "case 一案一个；subject 每份各算各的。"),
    "Deadline.counts_as": ("统计归类", "handover 表示统计时算作音像记录移交。"),
    "Deadline.owed": ("还差什么", "提醒里写的事情。"),
    "Deadline.extension": ("可以延长", "由谁、延长多久、最多几次；不写就不能延长。"),
    "Extension.by": ("由谁", "哪个角色可以延长。"),
    "Extension.within": ("延长多久", "小时、日或者工作日。"),
    "Extension.times": ("最多几次", "不写是一次。"),
    "Deadline.ladder": ("提醒", "什么时候提醒谁。"),
    "Article.no": ("条号", "第几条。"),
    "Article.about": ("内容", "用自己的话写一句。"),
    "Article.asks_nothing": ("没有要求的理由", "对软件没有要求的，写明理由。"),
    "Article.functions": ("软件功能", "由软件本身落实的功能。"),
    "Article.items": ("项数", "本条有几项；没有就不写。"),
    "Effective.from": ("施行日期", "YYYY-MM-DD，或 unknown。"),
    "Effective.note": ("说明", "施行日期的说明。"),
    "Setting.type": ("类型", "text 只作说明；yes_no、number、choice 由条件取用。"),
    "Setting.value": ("默认值", "本机关没有另行设定时的值。"),
    "Setting.options": ("选项", "choice 的选项。"),
    "Setting.reason": ("理由", "为什么由本机关设定。"),
    "Procedure.stages": ("阶段", "按顺序写阶段的编号。"),
    "Procedure.when": ("何时适用", "第一个成立的程序就是本案的程序。"),
    "Rule.when": ("何时核对", "条件成立才核对。"),
    "Rule.holds": ("要求", "应当成立的条件。"),
    "Rule.says": ("提示", "不成立时的一句话。"),
    "Rule.grade": ("轻重", "must 缺少；hint 提示。"),
    "Outline.record": ("记录", "用在哪个记录的一问一答里。"),
    "Outline.when": ("何时用", "条件成立才用。"),
    "Outline.lines": ("提纲", "逐条写要问的话。"),
    "Retention.of": ("保存什么", "recordings 录音录像；case 案卷。"),
    "Retention.when": ("适用条件", "可用 item.kind、item.form、item.question、item.seconds、item.device。"),
    "Retention.days": ("日", "至少保存多少日。"),
    "Retention.months": ("月", "至少保存多少个月。"),
    "Retention.years": ("年", "至少保存多少年。"),
    "Retention.as_case": ("随案卷", "true 表示与案卷一样长。"),
    "Retention.permanent": ("永久", "true 表示永久保存。"),
    "Secrecy.opens_to": ("谁可以看", "除本案执法人员外，可以打开的角色。"),
    "Pack.id": ("编号", "与文件夹同名；小写英文字母、数字、连字符。"),
    "Pack.short": ("简称", "条号前面的大写英文字母，例如 XG。"),
    "Pack.title": ("名称", "规定的全称。"),
    "Pack.version": ("版本", "例如 1.0.0；发布后不再改，要改就换版本号。"),
    "Pack.effective": ("生效", "施行日期。"),
    "Pack.extends": ("引用", "引用的基础包，例如 common。"),
    "Pack.articles": ("条文", "每一条都要列出。"),
    "Pack.roles": ("角色名称", "本机关怎么称呼各个角色。"),
    "Pack.kinds_of_act": ("执法类别", "本规定适用的行政行为。"),
    "Pack.stages": ("阶段", "全过程的各个阶段，按顺序。"),
    "Pack.procedures": ("程序", "案件走哪些阶段。"),
    "Pack.records": ("记录", "文书和登记。"),
    "Pack.rules": ("核对", "对整个案件的要求。"),
    "Pack.deadlines": ("期限", "期限和提醒。"),
    "Pack.outlines": ("提纲", "按案情增加的询问提纲。"),
    "Pack.retention": ("保存期限", "至少保存多久，取最长的。"),
    "Pack.secrecy": ("密级", "案件可以有的密级。"),
    "Pack.settings": ("设定", "由本机关自己决定的事。"),
    "Pack.terms": ("用语", "语音识别应当认得的词。"),
}  # fmt: skip

ELEMENTS: dict[str, tuple[str, str]] = {  # list of the pack -> one of its entries, Chinese and English
    "articles": ("条文", "article"), "kinds_of_act": ("执法类别", "kind_of_act"), "stages": ("阶段", "stage"),
    "procedures": ("程序", "procedure"), "records": ("记录", "record"), "rules": ("核对", "rule"),
    "deadlines": ("期限", "deadline"), "outlines": ("询问提纲", "outline"), "retention": ("保存期限", "retention"),
    "secrecy": ("密级", "secrecy"), "settings": ("设定", "setting"), "questions": ("问题", "question"),
    "options": ("选项", "option"), "columns": ("栏目", "column"), "needs": ("前置要求", "need"),
    "sign_off": ("签名", "signature"), "review": ("审批", "review"), "emits": ("事件", "event"),
    "makes": ("制作材料", "file"), "ladder": ("提醒", "reminder"),
}  # fmt: skip

VALUES: dict[str, str] = {
    "officer": "执法人员", "second_officer": "第二执法人员", "unit_head": "本案部门的审核人",
    "reviewer": "审核人", "legal_reviewer": "法制审核人员",
    "approver": "批准人", "head": "主要负责人", "supervisor": "监督人员", "archivist": "档案管理人员",
    "party": "当事人", "witness": "见证人", "other": "其他",
    "text": "一行文字", "long_text": "一段文字", "choice": "单选", "choices": "多选", "yes_no": "是或否",
    "date": "日期", "datetime": "日期和时间", "number": "数", "amount": "金额", "phone": "电话",
    "resident_id": "居民身份证号", "organisation_code": "统一社会信用代码", "place": "地点",
    "officers": "执法人员（选）",
    "photo": "照片", "recording": "录音录像", "file": "材料", "refusal": "是否拒绝", "dialogue": "一问一答",
    "table": "表格", "must": "必须", "waivable": "可以不拍但要写原因", "preferred": "建议有", "hint": "提示",
    "no": "不能跳过", "free": "可以跳过", "with_reason": "跳过要写原因", "any": "任选", "all": "全部",
    "field": "格", "paragraph": "段落", "images": "图片", "list": "清单", "opinion": "审批意见", "none": "不印",
    "case": "一案一个", "subject": "每份各算", "beginning": "开始时", "submitting": "提交时",
    "submitted": "提交时", "sealed": "封存后", "recordings": "录音录像", "disc_image": "光盘映像",
}  # fmt: skip


def words_of(model: type[BaseModel], name: str) -> tuple[str, str] | None:
    """Name and meaning of a field (by its alias), looked up through the model's bases; None for `origin` and such."""
    for each in model.__mro__:
        if found := FIELDS.get(f"{each.__name__}.{name}"):
            return found
    return None


def value_in_words(value: Any) -> str:
    """A value as a clerk reads it; conditions and texts stay as they are."""
    match value:
        case None | [] | {}:
            return "（空）"
        case bool():
            return "是" if value else "否"
        case list():
            return "、".join(map(value_in_words, value))
        case dict():
            return "，".join(f"{name} {value_in_words(each)}" for name, each in value.items())
        case str():
            return VALUES.get(value, value)
    return str(value)
