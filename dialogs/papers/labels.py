"""Where the label of a form's row breaks: between words, into lines of much the same length."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

WIDEST = 6  # characters that stand on one line of a label's cell
_LONGEST = 24  # a longer label is no name of a row: it breaks as running text does
_NEVER_FIRST = frozenset("的和及或、，：）")
_NEVER_LAST = frozenset("（")
# Words the labels of papers are made of. One that is missing costs nothing but a less happy break.
_WORDS = """
    不得 主持人 主要 举行 义务 争议 事实 事迹 事项 人员 人数 他人 依据 保存 保管人 兑现 全部 公告 公示
    具体 内容 出示 到场 加重 协助 单位 原件 原因 参加人 发送 受托 受理 合乎 合法性 名称 后果 听证 启动
    告知 回执 回避 在场 地址 地点 基本 处理 备份 复制件 复核 姓名 委托 存放 存放处 审批 审查 审核 容易
    对象 届满 属于 履行 建议 异议 引用 引起 强制 当事人 当场 形式 总量 情况 情形 意见 意见书 扣押 执法
    执行 承办 投诉 抽样 拒绝 指定 提供 提出 提取 改正 放弃 救济 数据 文书 文件 文号 方式 日期 时间
    是否 更正 期限 未出示 本案 机关 机构 权利 权益 材料 来源 查封 样品 核实 核对 核查 案号 档案 检查
    殴打 法制股 法律 法院 涉及 清单 焦点 照片 状况 理由 申请 申辩 电子 电话 留置 登记 确认 移送 程序
    筹备 签收 签收人 签收证明 简易 管理 经过 结果 给付 编号 联系 联系人 股室 自由 自由裁量权 范围 行为
    行使 行政 表现 裁量 裁量权 要求 见证人 视听 认定 记录 证件 证据 证明 说明 调查 负责人 财物 资料
    起草 身份 转移 载体 辱骂 违法 退场 送达 适用 逃避 途径 逾期 部门 采纳 重大 金钱 鉴定 销毁 问题
    阻碍 陈述 需要 音像 颁发 齐全
"""
_KNOWN = tuple(_WORDS.split())


@lru_cache(maxsize=1024)
def broken(label: str) -> str:
    """The label with `\\n` where it breaks; as it stands when it fits one line, has lines already or is very long."""
    least = -(-len(label) // WIDEST)
    if least < 2 or len(label) > _LONGEST or "\n" in label or not all(ord(each) > 0x2E7F for each in label):
        return label
    inside = _inside_words(label)

    def cost(cuts: tuple[int, ...]) -> float:
        parts = _parts(label, cuts)
        spread = sum((len(part) - len(label) / len(parts)) ** 2 for part in parts) + 20 * (len(parts) - least)
        split = sum(30 for cut in cuts if cut in inside)
        return spread + split + sum(100 for cut in cuts if label[cut] in _NEVER_FIRST or label[cut - 1] in _NEVER_LAST)

    ways = (
        cuts
        for more in (0, 1)
        for cuts in combinations(range(1, len(label)), least - 1 + more)
        if max(map(len, _parts(label, cuts))) <= WIDEST
    )
    return "\n".join(_parts(label, min(ways, key=cost)))


def _inside_words(label: str) -> frozenset[int]:
    """The positions where a break would divide a known word."""
    starts = [(at, word) for word in _KNOWN for at in range(len(label)) if label.startswith(word, at)]
    return frozenset(cut for at, word in starts for cut in range(at + 1, at + len(word)))


def _parts(label: str, cuts: tuple[int, ...]) -> list[str]:
    return [label[start:end] for start, end in zip((0, *cuts), (*cuts, len(label)), strict=True)]
