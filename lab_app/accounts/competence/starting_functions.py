"""Functions that most laboratories have, with criteria to begin from: drafts that the laboratory edits and approves as its own (6.2.2)."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CommonFunction:
    """A function to begin from: its tasks, and for each criterion a sentence. Written in the laboratory's language, as its records are."""

    code: str
    title_vi: str
    title_en: str
    tasks: tuple[str, ...]
    criteria: dict[str, str]


COMMON: tuple[CommonFunction, ...] = (
    CommonFunction("CN-TN", "Thử nghiệm viên", "Test engineer", ("test",), {
        "education": "Tốt nghiệp cao đẳng trở lên ngành điện tử, viễn thông, công nghệ thông tin hoặc tương đương.",
        "training": "Đã học hệ thống quản lý của phòng thử nghiệm, an toàn, và từng phương pháp được giao.",
        "knowledge": "Hiểu quy chuẩn, phương pháp, độ không đảm bảo đo và cách nhận ra kết quả bất thường.",
        "skill": "Tự làm trọn một phép thử của phương pháp, có người chứng kiến và đạt.",
        "experience": "Ít nhất 3 tháng làm có giám sát.",
    }),
    CommonFunction("CN-SX", "Người soát xét kỹ thuật", "Technical reviewer", ("review", "conformity", "opinion"), {
        "education": "Tốt nghiệp đại học ngành điện tử, viễn thông, công nghệ thông tin hoặc tương đương.",
        "training": "Đã học ISO/IEC 17025, quy tắc ra quyết định, độ không đảm bảo đo.",
        "knowledge": "Nắm phương pháp và quy chuẩn được giao đủ để đánh giá sai khác và kết luận sự phù hợp.",
        "skill": "Đã soát xét đúng ít nhất ba hồ sơ thử dưới sự giám sát.",
        "experience": "Ít nhất 2 năm trong lĩnh vực thử nghiệm được giao.",
    }),
    CommonFunction("CN-KD", "Người ký duyệt phiếu kết quả", "Authorised signatory", ("authorise",), {
        "education": "Tốt nghiệp đại học.",
        "training": "Đã học ISO/IEC 17025 và quy định dùng dấu công nhận, dấu chỉ định.",
        "knowledge": "Nắm phạm vi được công nhận, được chỉ định và yêu cầu về nội dung phiếu kết quả.",
        "skill": "Phát hiện được thiếu sót trên phiếu mẫu có lỗi cài sẵn.",
        "experience": "Ít nhất 3 năm quản lý hoặc làm kỹ thuật trong phòng thử nghiệm.",
    }),
    CommonFunction("CN-TM", "Cán bộ tiếp nhận mẫu", "Sample reception", (), {
        "training": "Đã học quy trình xem xét yêu cầu, tiếp nhận và bảo quản mẫu, bảo mật thông tin khách hàng.",
        "skill": "Nhận ra mẫu sai lệch so với mô tả và biết dừng lại hỏi khách hàng.",
    }),
    CommonFunction("CN-CL", "Phụ trách chất lượng", "Quality manager", (), {
        "education": "Tốt nghiệp đại học.",
        "training": "Đã học ISO/IEC 17025 và đánh giá nội bộ.",
        "skill": "Phân tích nguyên nhân và theo dõi hành động khắc phục đến khi có hiệu lực.",
        "experience": "Ít nhất 2 năm trong phòng thử nghiệm.",
    }),
)
