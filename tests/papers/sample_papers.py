"""Three invented papers of the usual kinds; `python -m tests.papers.sample_papers DIR` writes them to look at."""

from __future__ import annotations

import hashlib
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from dialogs.papers.blocks import (
    Dialogue,
    Fields,
    Images,
    Notice,
    Opinion,
    Paper,
    Paragraph,
    Picture,
    SignatureSlot,
    SignOff,
    Table,
    Turn,
)

MADE_AT = datetime(2026, 3, 5, 2, 30, tzinfo=UTC)
RECORD_HASH = hashlib.sha256(b"record").hexdigest()


def drawn_signature() -> bytes:
    picture = Image.new("RGBA", (600, 240), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.line([(40, 180), (140, 50), (180, 200), (300, 70), (360, 190), (560, 90)], fill=(10, 10, 60, 255), width=9)
    stored = BytesIO()
    picture.save(stored, "PNG")
    return stored.getvalue()


def photo(width: int = 800, height: int = 600, image_format: str = "JPEG", **options: object) -> bytes:
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    ImageDraw.Draw(picture).rectangle((width // 4, height // 4, width // 2, height // 2), fill=(200, 60, 40))
    stored = BytesIO()
    picture.save(stored, image_format, **options)
    return stored.getvalue()


def paper(*blocks: object, title: str = "询问笔录", **changes: object) -> Paper:
    values: dict[str, object] = {
        "agency": "某某市某某区财政局",
        "title": title,
        "number": "某财执询〔2026〕第 3 号",
        "blocks": tuple(blocks),
        "record_hash": RECORD_HASH,
        "qr_text": f"zhilu:record:{RECORD_HASH}",
        "made_at": MADE_AT,
    }
    return Paper(**{**values, **changes})  # type: ignore[arg-type]


def interview() -> Paper:
    turns = []
    for number in range(1, 15):
        turns.append(Turn("问", f"第{number}个问题：请说明您单位 2025 年度专项资金的使用情况，是否存在挪用？"))
        turns.append(
            Turn(
                "答",
                "资金到账后按合同支付给供应商，凭证都在财务室，账户尾号为 6222020200112233445，" * 2 + "没有挪用。",
            )
        )
    return paper(
        Fields(
            (
                ("询问时间", "2026年3月5日9时10分至10时25分", "询问地点", "某某区财政局二楼询问室"),
                ("被询问人", "欧阳某某", "性别", "女"),
                ("证件号码", "11010519491231002X", "联系电话", "138 0000 0000"),
                ("工作单位及职务", "某某某某工程咨询有限责任公司财务部副经理"),
            )
        ),
        Paragraph("我们是某某区财政局执法人员，证件已出示。现依法向您询问，您应当如实回答；您有权申请回避。"),
        Dialogue(tuple(turns)),
        Paragraph("以上笔录我已看过（已向我宣读），与我所说的相符。"),
        SignOff(
            (
                SignatureSlot("被询问人", "欧阳某某", drawn_signature(), "2026年3月5日"),
                SignatureSlot(
                    "见证人", None, None, None, "被询问人拒绝在第二页签名，见证人：王某某，证件号码 110105194912310021"
                ),
                SignatureSlot("询问人", "李某", drawn_signature(), "2026年3月5日"),
                SignatureSlot("记录人", "张某", None, None),
            ),
            heading="签名确认",
        ),
        footer_note="本笔录一式一份，归入案卷",
    )


def approval(**changes: object) -> Paper:
    return paper(
        Fields(
            (
                ("案由", "涉嫌未按规定使用财政专项资金"),
                ("当事人", "某某某某工程咨询有限责任公司", "统一社会信用代码", "91110000MA0000000X"),
                ("案件来源", "监督检查", "立案时间", "2026年3月5日"),
                ("简要案情", "2026年3月1日检查中发现，该单位将专项资金转入基本账户后用于发放奖金，涉嫌违反规定。" * 3),
            )
        ),
        Opinion("承办人意见", "经初步核查，有违法事实存在，建议立案调查。", "李某", "2026年3月5日", drawn_signature()),
        Opinion("承办机构意见", "同意承办人意见，报局领导审批。", "张某某", "2026年3月5日", drawn_signature()),
        Opinion("合法性审查意见", ""),
        Opinion("局负责人意见", "", None, None),
        Notice("注：“立案时间”一栏为本机关设定（非规定原文）。"),
        title="立案审批表",
        number="某财执立〔2026〕第 1 号",
        **changes,
    )


def evidence_list() -> Paper:
    rows = tuple(
        (
            str(number),
            f"记账凭证 {number} 号及附件",
            "原件",
            "3",
            "自2025年1月至12月，共十二个月，由该单位财务部门提供并核对无误" if number % 3 else "无",
            hashlib.sha256(str(number).encode()).hexdigest() if number % 5 == 0 else "",
        )
        for number in range(1, 31)
    )
    return paper(
        Fields((("案件名称", "某某公司涉嫌挪用专项资金案"), ("提取人", "李某", "提取地点", "某某路 1 号"))),
        Table(("序号", "证据名称", "形式", "页数", "说明", "摘要"), rows, (1.2, 4, 1.4, 1.3, 4, 4)),
        Paragraph("上列证据与原件核对无异。", heading="核对情况"),
        SignOff((SignatureSlot("提供人", "王某"), SignatureSlot("提取人", "李某", drawn_signature(), "2026年3月5日"))),
        Images(
            (
                Picture(photo(), "照片一：凭证封面"),
                Picture(photo(600, 900), "照片二：库房门口，2026年3月5日 9:20 拍摄"),
                Picture(photo(image_format="PNG"), "照片三"),
            )
        ),
        title="证据清单",
        draft=True,
    )


SAMPLES = {"interview": interview, "approval": approval, "evidence": evidence_list}


def main(folder: Path) -> None:
    """Write each sample as PDF and DOCX into `folder`."""
    from dialogs.papers.docx_file import render_docx
    from dialogs.papers.typst_pdf import render_pdf

    for name, make in SAMPLES.items():
        (folder / f"{name}.pdf").write_bytes(render_pdf(make()))
        (folder / f"{name}.docx").write_bytes(render_docx(make()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
