"""Writes the workbooks of this folder with writers that are not Go.

    apt-get install python3-openpyxl python3-xlsxwriter libreoffice-calc
    /usr/bin/python3 make.py
    soffice --headless --convert-to xlsx:"Calc MS Excel 2007 XML" --outdir lo xlsxwriter.xlsx && mv lo/xlsxwriter.xlsx libreoffice.xlsx

Made with openpyxl 3.0.9, XlsxWriter 3.0.2 and LibreOffice 7.4.7 (Debian 12).
All people are invented.
"""

import datetime as dt

import openpyxl
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

DAY = dt.datetime(2023, 1, 5)
TIME = dt.datetime(2023, 1, 5, 13, 45, 30)


def with_xlsxwriter(path, options):
    wb = xlsxwriter.Workbook(path, options)
    ws = wb.add_worksheet("体检信息")
    fmt = lambda code: wb.add_format({"num_format": code})
    bold = wb.add_format({"bold": True})
    ws.merge_range("A1:D1", "二〇二三年度体检登记", bold)
    ws.write_row(1, 0, ["体检编号", "姓名", "体检日期", "结果"])
    ws.write_row(2, 0, ["TJ0001", " 张 三 ", "", ""])
    ws.write_datetime(2, 2, DAY, fmt("yyyy-mm-dd"))
    ws.write_number(2, 3, 5.6)
    ws.write_row(3, 0, ["TJ0002", "a<b&c>\"d'\t\n換行", "2023.1.5", "阴性"])
    ws.write_rich_string(4, 0, bold, "粗", " 细 ", bold, "体")
    ws.write_boolean(4, 1, True)
    ws.write_datetime(4, 2, TIME, fmt('yyyy"年"m"月"d"日" hh:mm'))
    ws.write_number(4, 3, 0.056, fmt("0.0%"))
    ws.write_formula(5, 0, "=1+1", None, 2)
    ws.write_formula(5, 1, '="甲"&"乙"', None, "甲乙")
    ws.write_formula(5, 2, "=1/0", None, "#DIV/0!")
    ws.write_number(5, 3, 130102199001010000, fmt("0"))
    ws.write_string(6, 0, "_x000D_ 字面")
    ws.write_string(6, 1, "控制\x07字符")
    ws.write_number(6, 2, -1.5e-7)
    ws.write_blank(6, 3, None, fmt("0.00"))
    ws.write_datetime(7, 0, DAY, wb.add_format({"num_format": 14}))
    ws.write_datetime(7, 1, DAY, wb.add_format({"num_format": 31}))
    ws.write_number(7, 2, 0.5, wb.add_format({"num_format": 46}))
    ws.write_string(20, 5, "远处😀")
    ws.set_row(3, None, None, {"hidden": True})
    wb.add_worksheet("藏").hide()
    wb.close()


def with_openpyxl(path, epoch=None):
    wb = openpyxl.Workbook()
    if epoch:
        wb.epoch = epoch
    ws = wb.active
    ws.title = "体检信息"
    ws.append(["体检编号", "姓名", "体检日期", "结果"])
    ws.append(["TJ0001", "李四", DAY, 5.6])
    ws.append(["TJ0002", "王五", dt.date(2023, 1, 5), True])
    ws.append(["TJ0003", " 空 格 ", dt.time(8, 30), None])
    ws.append(["=1+1", "#N/A", 1e300, -0.1])
    ws["D2"].number_format = "0.00%"
    ws["A8"] = "換\n行&<>"
    ws.merge_cells("A10:C12")
    ws["A10"] = "合并"
    ws.row_dimensions[3].hidden = True
    wb.create_sheet("藏").sheet_state = "veryHidden"
    wb.save(path)


with_xlsxwriter("xlsxwriter.xlsx", {})
with_xlsxwriter("xlsxwriter-1904.xlsx", {"date_1904": True})
with_xlsxwriter("xlsxwriter-constant-memory.xlsx", {"constant_memory": True})
with_openpyxl("openpyxl.xlsx")
with_openpyxl("openpyxl-1904.xlsx", CALENDAR_MAC_1904)
