"""What a product is, in one vocabulary: the properties an item's file asks for, and that plan rules and product lists speak of.

A property is a `choice` (one code), `several` (a list of codes), a `number` (text of a Decimal in `unit`), a `flag` or a `text`.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Property:
    """One property: its key in the data, its words, its kind, the codes it takes and the unit of a number."""

    key: str
    words: Any
    kind: str
    choices: Mapping[str, Any] = field(default_factory=dict)
    unit: str = ""
    help: Any = ""


DEVICES = {
    "access_point": _l("Điểm truy cập"), "router": _l("Bộ định tuyến"), "modem": _l("Modem, CPE"), "phone": _l("Điện thoại"),
    "cordless": _l("Điện thoại không dây"), "tablet": _l("Máy tính bảng"), "laptop": _l("Máy tính xách tay"),
    "desktop": _l("Máy tính để bàn"), "stb": _l("Bộ giải mã truyền hình (STB)"), "tv": _l("Máy thu hình"),
    "camera_ip": _l("Camera IP"), "base_station": _l("Trạm gốc"), "repeater": _l("Trạm lặp, bộ lặp"),
    "headset": _l("Tai nghe, loa, micro không dây"), "handheld_radio": _l("Bộ đàm"), "catv_amplifier": _l("Khuếch đại truyền hình cáp"),
    "reader": _l("Đầu đọc RFID, NFC"), "sensor": _l("Cảm biến, thiết bị IoT"), "radar": _l("Ra đa"), "battery": _l("Pin, ắc quy"),
    "module": _l("Mô-đun vô tuyến"), "other": _l("Thiết bị khác"),
}
RADIO = {
    "wifi24": _l("Wi-Fi 2,4 GHz"), "wifi5": _l("Wi-Fi 5 GHz"), "wifi6": _l("Wi-Fi 6 GHz"), "bluetooth": _l("Bluetooth"),
    "zigbee": _l("Zigbee, Thread"), "gsm": _l("2G GSM"), "umts": _l("3G UMTS"), "lte": _l("4G LTE"), "nr_sa": _l("5G độc lập (SA)"),
    "nr_nsa": _l("5G không độc lập (NSA)"), "nbiot": _l("NB-IoT"), "lora": _l("LoRa, Sigfox"), "srd_low": _l("SRD 25 MHz – 1 GHz"),
    "srd_high": _l("SRD 1 – 40 GHz"), "nfc": _l("NFC, RFID 13,56 MHz"), "rfid_uhf": _l("RFID 866 – 923 MHz"),
    "wireless_charging": _l("Sạc không dây"), "dect": _l("DECT"), "uwb": _l("UWB"), "radar_car": _l("Ra đa ô tô 76 – 81 GHz"),
    "radar_level": _l("Ra đa đo mức"), "wireless_audio": _l("Micro, tai nghe, loa vô tuyến"), "land_mobile": _l("Bộ đàm tương tự"),
    "land_mobile_digital": _l("Bộ đàm số"), "tetra": _l("TETRA"), "point_to_point": _l("Vi ba số"), "dvbt2": _l("Thu DVB-T2"),
    "dvbs": _l("Thu truyền hình vệ tinh"), "epirb": _l("Phao EPIRB"),
}
INTERFACES = {
    "ethernet": _l("Ethernet"), "xdsl": _l("xDSL"), "pon": _l("PON quang"), "pstn": _l("Điện thoại hai dây (PSTN)"),
    "coax": _l("Cáp đồng trục"), "usb": _l("USB"), "hdmi": _l("HDMI, DisplayPort"), "serial": _l("RS-232, RS-485"),
    "antenna": _l("Cổng ăng ten"), "audio": _l("Âm thanh"),
}
SUPPLY = {
    "mains": _l("Điện lưới a.c. trực tiếp"), "adapter": _l("Bộ nguồn rời"), "poe": _l("PoE"), "usb": _l("USB"),
    "dc": _l("Nguồn d.c. từ ngoài"), "lithium": _l("Pin lithium"), "battery": _l("Pin, ắc quy khác"),
}
CLASSES = {"A": _l("Loại A (thương mại, công nghiệp)"), "B": _l("Loại B (gia dụng)")}
USES = {
    "indoor": _l("Trong nhà"), "outdoor": _l("Ngoài trời"), "body": _l("Cầm tay, sát người (dưới 20 cm)"), "vehicle": _l("Trên xe"),
    "portable": _l("Mang theo"),
}

PROPERTIES: tuple[Property, ...] = (
    Property("device", _l("Loại thiết bị"), "choice", DEVICES),
    Property("hs", _l("Mã HS"), "text", help=_l("8 chữ số, ghi 8517.62.51; danh mục sản phẩm tra theo mã này.")),
    Property("radio", _l("Công nghệ vô tuyến"), "several", RADIO),
    Property("eirp_24", _l("EIRP lớn nhất ở 2,4 GHz"), "number", unit="mW"),
    Property("eirp_5", _l("EIRP lớn nhất ở 5 GHz"), "number", unit="mW"),
    Property("interfaces", _l("Giao diện có dây"), "several", INTERFACES),
    Property("supply", _l("Nguồn cấp"), "several", SUPPLY),
    Property("multimedia", _l("Thiết bị công nghệ thông tin, đa phương tiện"), "flag"),
    Property("emc_class", _l("Loại EMC"), "choice", CLASSES),
    Property("use", _l("Nơi, cách sử dụng"), "several", USES),
)
BY_KEY: Mapping[str, Property] = {p.key: p for p in PROPERTIES}
