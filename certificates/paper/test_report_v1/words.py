"""The fixed words of layout test-report/1, Vietnamese first. What a laboratory may set stands in the snapshot instead."""

from __future__ import annotations

from lab_app.core.paper.style import CONDITIONAL, FAIL, INK, SECONDARY, Colour
from lab_app.core.paper.wording import Words

Word = dict[str, str]


def word(vi: str, en: str, alone: str = "") -> Word:
    """A text in both languages; a later layout that draws in one alone reads that one here (`alone`: as of `Words`)."""
    return Words({"vi": vi, "en": en, "alone": alone} if alone else {"vi": vi, "en": en})


#: Verdict → word, and the colour of the word (only fail and conditional colour it).
VERDICTS: dict[str, tuple[Word, Colour]] = {
    "pass": (word("Đạt", "Pass"), INK),
    "conditional_pass": (word("Đạt có điều kiện", "Conditional pass"), CONDITIONAL),
    "conditional_fail": (word("Không đạt có điều kiện", "Conditional fail"), CONDITIONAL),
    "fail": (word("Không đạt", "Fail"), FAIL),
    "not_applicable": (word("KAD", "N.A."), SECONDARY),
    "no_statement": (word("Không kết luận", "No statement"), SECONDARY),
}

#: The same words for the narrow verdict column; the abbreviation is explained in the key.
NARROW_VERDICTS: dict[str, Word] = {
    "conditional_pass": word("Đạt c.đ.k.", "Cond. pass"),
    "conditional_fail": word("K. đạt c.đ.k.", "Cond. fail"),
    "no_statement": word("Không k.l.", "No statement"),
}

SCOPE_MARKS: dict[str, Word] = {
    "VS": word("trong phạm vi công nhận", "accredited"),
    "*": word("ngoài phạm vi công nhận", "not accredited"),
    "TĐC": word("đã đăng ký", "registered"),
    "EX": word("nhà cung cấp bên ngoài", "external provider"),
}

STAMPS: dict[str, Word] = {
    "preliminary": word("SƠ BỘ", "PRELIMINARY"),
    "partial": word("MỘT PHẦN", "PARTIAL"),
}

DRAFT_WATERMARK = ("SƠ BỘ", "DRAFT")
DRAFT_NUMBER = word("Chưa cấp số", "No number yet")
DRAFT_STATE = word("Bản sơ bộ", "Draft, not valid")
DRAFT_FOOTER = word("Bản nháp không có mã tra cứu", "A draft has no verification code")
DRAFT_AUTHORISATION = word("Bản sơ bộ chưa được phê duyệt.", "Draft, not authorised.")

NUMBER = word("Số", "No.")
ISSUED = word("Ban hành", "Issued")
OVERALL = word("KẾT LUẬN CHUNG", "Overall conclusion")
ACCREDITED_REMARK = "Phòng thử nghiệm được công nhận"

CUSTOMER = word("Khách hàng", "Customer")
ITEM = word("Mẫu thử", "Item under test")
FURTHER_ITEM = word("Mẫu thử", "Item")
SUMMARY = word("Tóm tắt theo quy chuẩn", "Summary by regulation")
METHODS = word("Phương pháp và tư cách", "Methods and status")
RESULTS = word("Kết quả thử nghiệm", "Test results")
PHOTOS = word("Ảnh mẫu thử", "Photographs of the item")
PLOTS = word("Đồ thị phổ", "Plots")
ITEM_FILES = word("Mẫu khi thử", "Item as tested")
EQUIPMENT = word("Thiết bị đã dùng", "Equipment used")
ENVIRONMENT = word("Điều kiện môi trường", "Environmental conditions")
UNCERTAINTY = word("Độ không đảm bảo đo", "Measurement uncertainty")
RULES = word("Quy tắc quyết định", "Decision rules")
OPINIONS = word("Ý kiến và diễn giải", "Opinions and interpretations")
DEVIATIONS = word("Sai khác so với phương pháp", "Deviations from the method")
NOTES = word("Ghi chú", "Notes")
AUTHORISATION = word("Phê duyệt", "Authorisation")
END = word("Hết", "End of report")

#: Words within sentences and cells.
REVIEWED = word("xem xét", "reviewed")
TAX_CODE = word("MST", "tax code")
AMENDED = word("SỬA ĐỔI", "AMENDMENT")
REPLACES = word("Thay thế toàn bộ phiếu", "Replaces in full report")
REPLACED_DAY = word("ngày", "of")
REPLACES_WHOLE = word("", "Replaces that report in full")
REASON = word("Lý do: ", "Reason: ")
SECTIONS = word("Mục", "Section")
RETEST = word("Thử lại dòng", "Retest of line")
TESTED_BY = word("NGƯỜI THỬ NGHIỆM", "Tested by")
REVIEWER = word("Người soát xét", "")
AUTHORITY = word("Giấy ủy quyền số", "Letter of authority No.")
CONFIRMED = word("xác nhận", "confirmed")
MARGIN_SIDE = word("Biên +", "Margin +")
CONDITIONAL_SHORT = word("c.đ.k.", "Cond.")
STATEMENT_SHORT = word("k.l.", "No statement")
NOT_APPLICABLE_SHORT = word("KAD", "N.A.")

SUPPLIED_MARK = "¹"
RETESTED_MARK = "²"
SUPPLIED_NOTE = word("¹ Thông tin do khách hàng cung cấp.", "Supplied by the customer.", "¹ Supplied by the customer.")
RETESTED_NOTE = word("² Đã thử lại và đạt.", "Passed on retest.", "² Passed on retest.")
NO_BUDGETS = word("Không có kết quả nào kèm độ không đảm bảo đo.", "No result carries an uncertainty.")
