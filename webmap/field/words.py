"""The words that the day's scripts say, in the reader's language.

Before: nothing. After: `field/my.html` and `field/shell.html` hand them to `static/js/field/words.js`.
"""

from __future__ import annotations

from flask_babel import gettext as _

from webmap.saying import pair


def words() -> dict[str, str]:
    """Give all words; `{n}` and the like stand for what the script knows."""
    return _line() | _list() | _panel() | _cards() | _report() | _book()


def _line() -> dict[str, str]:
    return {
        "fresh": _("刚刚同步"),
        "ago": _("%(span)s前同步", span="{span}"),
        "offline": _("离线 %(span)s", span="{span}"),
        "offlineNew": _("离线"),
        "waiting": _("%(count)s 条待上传", count="{n}"),
        "sending": _("正在上传 %(count)s 条", count="{n}"),
        "sendNow": _("现在上传"),
        "signIn": _("登录后接着上传"),
        "locked": _("这台设备上的内容已锁上"),
        "lockedWhy": _("很久没有操作，或登录已结束。没传完的都还在，登录后会自己上传。"),
        "signInButton": _("登录"),
        "needsNetwork": _("这一页要联网才能打开。"),
        "stuck": _("有一条暂时传不上去，会再试。"),
        "minutes": _("%(count)s 分", count="{n}"),
        "hours": _("%(count)s 小时", count="{n}"),
        "days": _("%(count)s 天", count="{n}"),
    }


def _list() -> dict[str, str]:
    return {
        "today": _("今天 %(count)s 件", count="{n}"),
        "pieces": _("%(count)s 件", count="{n}"),
        "noPlace": _("位置未写明"),
        "visit": _("走访"),
        "visitDue": _("该走访了"),
        "dueIn": _("还有 %(span)s", span="{span}"),
        "dueOver": _("已超 %(span)s", span="{span}"),
        "noDue": _("还没有时限"),
        "queued": _("待上传"),
        "others": _("在 %(name)s 手上", name="{name}"),
        "empty": _("现在没有待办案件"),
        "emptyWhy": _("新案件派来时，这里和“通知”里都会出现。"),
        "nextStop": _("下一站"),
        "goRound": _("去路线"),
        "noRound": _("今天还没有排路线"),
        "planRound": _("排路线"),
        "hoursAt": _("方便的时间 %(hours)s", hours="{hours}"),
        "mapName": _("我的网格地图"),
    }


def _panel() -> dict[str, str]:
    return {
        "close": _("关闭"),
        "whole": _("全部资料"),
        "navigate": _("导航"),
        "photoBefore": _("处理前照片"),
        "photoAfter": _("处理后照片"),
        "photo": _("照片"),
        "photoCount": _("%(count)s 张照片", count="{n}"),
        "photoAway": _("去掉这张"),
        "photoBad": _("这个文件不是能打开的照片。"),
        "photoWorking": _("正在缩小照片…"),
        "optional": _("可不填"),
        "toward": _("应当交给谁？"),
        "towardHint": _("不清楚就写“不清楚”。"),
        "explained": _("只需答复解释，没有现场处理"),
        "moreDays": _("再要几个工作日？"),
        "voice": _("说话输入"),
        "voiceStop": _("停止"),
        "needed": _("请先写几个字。"),
        "kept": _("已记下，联网后自动上传。"),
        "sent": _("已送到。"),
        "draft": _("草稿已存在这台设备上。"),
        "purpose": _("查看的目的"),
        "look": _("查看"),
        "looked": _("这次查看已记下。"),
        "answer": _("情况"),
        "more": _("补充"),
        "keepVisit": _("记下走访"),
        "choose": _("请选择"),
        "other": _("其他操作"),
    }


def _cards() -> dict[str, str]:
    return {
        "cardKept": _("没有做成，内容已附在案件里"),
        "cardHanded": _("已收下，并随网格调整移交"),
        "cardRefused": _("没有做成，您写的还在这里"),
        "iDid": _("我做的"),
        "meanwhile": _("这期间"),
        "keptIn": _("附在 %(number)s 的经过里", number="{number}"),
        "read": _("知道了"),
        "cardsCount": _("%(count)s 件和您做的不一样", count="{n}"),
        "nothingElse": _("案件已不在您手上"),
    }


def _report() -> dict[str, str]:
    return {
        "report": pair(("上报", "Report")),
        "reportTitle": _("上报看到的问题"),
        "what": _("发生了什么？"),
        "where": _("在哪里？"),
        "whereHint": _("写地点，或在地图上点一下。"),
        "marked": _("已在地图上标出"),
        "onMap": _("在地图上选"),
        "pickHint": _("在地图上点一下。"),
        "pickCentre": _("标在地图中央"),
        "pickDone": _("好了"),
        "here": _("我的位置"),
        "hereRefused": _("没有定位权限，请在地图上点一下。"),
        "category": _("类别"),
        "categoryBySystem": _("由系统判断"),
        "send": _("提交"),
        "drafts": _("没有交的草稿"),
        "newDraft": _("另写一份"),
        "dropDraft": _("删去"),
        "needWhere": _("请写下地点，或在地图上标出来。"),
    }


def _book() -> dict[str, str]:
    return {
        "lookUp": _("查户"),
        "lookHint": _("小区、楼栋、单元或房号，用空格分开"),
        "lookKept": _("只能查自己负责范围内的户。每次查看都会记下时间、目的和查看人，居民可以要求看到。"),
        "lookWords": _("请写下小区、楼栋或房号。"),
        "lookPurpose": _("请先选择查看的目的。"),
        "lookFound": _("%(count)s 户，查看已记下。", count="{n}"),
        "lookMore": _("还有 %(count)s 户，请写得再细一些。", count="{n}"),
        "lookNone": _("没有找到。可能不在您负责的范围内，或写法不同。"),
        "leave": _("请假交接"),
        "leaveLater": _("现在没有网络：先记在这台设备上，联网后自动交接并请支部确认。"),
        "leaveFirst": _("从哪天"),
        "leaveLast": _("到哪天（含）"),
        "leaveWhom": _("交给谁"),
        "leaveCases": _("手上的案件：%(count)s 件", count="{n}"),
        "leaveWords": _("要交代的"),
        "leaveSend": _("交接并申请请假"),
        "leaveDays": _("请写下从哪天到哪天。"),
        "leaveNobody": _("请选一位同事。"),
    }
