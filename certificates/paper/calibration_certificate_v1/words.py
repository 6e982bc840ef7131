"""The fixed words of layout calibration-certificate/1, Vietnamese first. What a laboratory may set stands in the snapshot instead."""

from __future__ import annotations

from certificates.paper.test_report_v1.words import word

ACCREDITED_REMARK = "Phòng hiệu chuẩn được công nhận"

OBJECT = word("Đối tượng hiệu chuẩn", "Calibrated instrument")
PERFORMANCE = word("Khách hàng và thực hiện", "Customer and performance")
STANDARDS = word("Chuẩn và liên kết chuẩn", "Standards and traceability")
SUMMARY = word("Tóm tắt", "Summary")
RESULTS = word("Kết quả hiệu chuẩn", "Calibration results")
RULE = word("Quy tắc quyết định", "Decision rule")
NOTES = word("Ghi chú", "Notes")
END = word("Hết", "End of certificate")

STAGES = {"as_found": word("Trước hiệu chỉnh", "As found"), "as_left": word("Sau hiệu chỉnh", "As left")}

RANGE, REFERENCE = word("Dải", "Range"), word("Giá trị chuẩn", "Reference")
INDICATION, ERROR = word("Chỉ thị", "Indication"), word("Sai số", "Error")
VERDICT = word("Kết luận", "Verdict")
MPE, U = word("MPE", ""), word("U", "")
REVIEWED, SENSOR = word("xem xét", "reviewed"), word("cảm biến", "sensor")
CALIBRATED_BY = word("NGƯỜI HIỆU CHUẨN", "Calibrated by")
MPE_SAID = word("", "Maximum permissible error (MPE)")
DEVIATIONS, BASIS = word("Sai khác", "Deviations"), word("Cơ sở", "Basis")
POINT_CHART = word("Sai số so với vùng chấp nhận, điểm", "Error against the acceptance zones,")
POINT = word("", "point")

#: The verdicts of the results table, abbreviated; the small print under the table explains "c.đ.k.".
NARROW = {
    "pass": word("Đạt", "Pass"),
    "conditional_pass": word("Đạt c.đ.k.", "", "Cond. pass"),
    "conditional_fail": word("Không đạt c.đ.k.", "", "Cond. fail"),
    "fail": word("Không đạt", "Fail"),
    "not_applicable": word("KAD", "N.A."),
    "no_statement": word("Không k.l.", "No statement"),
}
CONDITIONAL_NOTE = word("c.đ.k. = có điều kiện.", "c.đ.k.: conditional.", "Cond.: conditional.")
ERROR_NOTE = word("Sai số = chỉ thị − giá trị chuẩn.", "Error = indication − reference.")

#: The four levels of a rule with guard band w, |e| the error, MPE its limit.
LEVELS = (
    ("pass", "|e| ≤ MPE − w"),
    ("conditional_pass", "MPE − w < |e| ≤ MPE"),
    ("conditional_fail", "MPE < |e| ≤ MPE + w"),
    ("fail", "|e| > MPE + w"),
)
