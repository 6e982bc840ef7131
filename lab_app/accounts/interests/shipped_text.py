"""The undertaking that comes with the program: what counts until the laboratory writes a text of its own (edition 0)."""
from __future__ import annotations

VI = "\n".join((
    "1. Tôi giữ bí mật mọi thông tin có được hoặc tạo ra khi làm việc cho phòng thử nghiệm: khách hàng, mẫu, tài liệu và "
    "phần mềm của khách hàng, số đo, kết quả, phiếu, khiếu nại và người cung cấp thông tin; trừ điều khách hàng đã tự công "
    "bố hoặc đã đồng ý cho công bố.",
    "2. Tôi chỉ dùng các thông tin đó cho việc được giao, không sao chép ra ngoài, không kể với người không có phận sự, kể "
    "cả người thân.",
    "3. Khi cơ quan có thẩm quyền yêu cầu cung cấp thông tin, tôi báo ngay phụ trách chất lượng; phòng thử nghiệm quyết "
    "định và báo cho khách hàng, trừ khi pháp luật cấm.",
    "4. Tôi làm việc khách quan, không nhận lợi ích để thay đổi kết quả, và báo ngay mọi sức ép về kết quả, thời hạn hay "
    "chi phí.",
    "5. Tôi khai mọi lợi ích của mình và của người thân trong gia đình với khách hàng, nhà sản xuất, nhà cung cấp: khai "
    "ngay khi phát sinh và khai lại mỗi năm. Tôi không nhận việc của nơi mình có lợi ích.",
    "6. Tài khoản và chữ ký điện tử là của riêng tôi; tôi không cho người khác dùng.",
    "7. Cam kết này có hiệu lực từ ngày ký và vẫn còn hiệu lực sau khi tôi thôi làm việc. Nếu vi phạm, tôi chịu trách nhiệm "
    "theo nội quy, hợp đồng và pháp luật.",
))

EN = "\n".join((
    "1. I keep secret all information that I obtain or create while working for the laboratory: customers, items, the "
    "customers' documents and software, readings, results, reports, complaints and whoever gave the information; except "
    "what the customer has made public or has agreed to have made public.",
    "2. I use this information for the work given to me alone; I take no copies outside and tell nobody who has no business "
    "with it, my family included.",
    "3. When an authority demands information I tell the quality manager at once; the laboratory decides, and informs the "
    "customer unless the law forbids it.",
    "4. I work impartially, accept no advantage for changing a result, and report at once any pressure on results, "
    "deadlines or cost.",
    "5. I declare every interest that I or my close family have in a customer, manufacturer or supplier: at once when it "
    "arises, and again every year. I take no work for a party in which I have an interest.",
    "6. My account and my electronic signature are mine alone; nobody else uses them.",
    "7. This undertaking holds from the day it is signed and goes on after I leave. If I break it I answer for it under the "
    "house rules, my contract and the law.",
))
