"""The words that layout test-report/2 says otherwise than the first, or for the first time. Vietnamese first."""

from __future__ import annotations

from certificates.paper.test_report_v1.words import Word, word

#: The term of TCVN ISO/IEC 17025:2017 (3.7).
RULES = word("Quy tắc ra quyết định", "Decision rules")
OPINIONS = word("Ý kiến và diễn giải", "Opinions and interpretations")
OPINIONS_LEAD = word(
    "Phần này là ý kiến, diễn giải của người nêu tên, không phải kết quả thử nghiệm.",
    "This section holds opinions and interpretations of the persons named, not test results.",
)
BASIS = word("Cơ sở: ", "Basis: ")
NOT_ACCREDITED_OPINION = word("Ý kiến và diễn giải nằm ngoài phạm vi công nhận.", "Opinions and interpretations are not accredited.")
SPECIMEN_WATERMARK = ("MẪU", "SPECIMEN")
SIMPLIFIED = word("RÚT GỌN", "SIMPLIFIED")
PENDING_SEAL = word("Chữ ký số được đặt tại đây", "Digital signature goes here")
AUTHORISED_SIGNATORY = word("", "authorised signatory")
#: What the prefix over an office says: who signs in whose place, on what ground.
PREFIXES = {"KT.": "for", "TL.": "by order of", "TUQ.": "by authorisation of"}
HEADS = {"GIÁM ĐỐC": "the Director", "TỔNG GIÁM ĐỐC": "the Director General", "VIỆN TRƯỞNG": "the Director of the Institute",
         "HIỆU TRƯỞNG": "the Rector", "TRƯỞNG PHÒNG": "the Head of the Laboratory", "CỤC TRƯỞNG": "the Director of the Department"}
ANY_HEAD = "the head of the laboratory"
NOT_STATED = word("Chưa ghi: cần điền trước khi phát hành.", "Not stated yet: to be filled before issue.")
HEAD = {"testers": word("NGƯỜI THỬ NGHIỆM", "Tested by")}
SIGNED_AT = word("ký", "signed")
ACCREDITED_REMARK = word("Phòng thử nghiệm được công nhận", "Accredited laboratory")
NO_QR = word("QR chỉ có trên bản đã phát hành", "The QR code stands on the issued paper only")

__all__ = ["Word", "word"]
