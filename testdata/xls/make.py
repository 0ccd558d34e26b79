#!/usr/bin/python3
"""Makes the workbooks of this folder. Invented data only.

    apt-get install -y python3-xlwt libreoffice-calc
    /usr/bin/python3 make.py        # in this folder

xlwt-*.xls are written by xlwt 1.3; lo-types.xls by LibreOffice from
lo-types.fods. What each must yield stands in internal/table/xls.
"""
import datetime
import subprocess
import xlwt


def style(fmt):
    s = xlwt.XFStyle()
    s.num_format_str = fmt
    return s


def types(path, d1904):
    wb = xlwt.Workbook()
    wb.dates_1904 = d1904
    ws = wb.add_sheet("体检信息")
    ws.write(0, 0, "体检编号")
    ws.write(0, 1, "plain ascii")
    ws.write(0, 2, "Café ± 10⁹/L 𠮷")
    ws.write(1, 0, 1)
    ws.write(1, 1, -3.14)
    ws.write(1, 2, 12.34)
    ws.write(1, 3, 130102199001010000)
    ws.write(1, 4, 1e-7)
    ws.write(1, 5, -536870913)
    ws.write(2, 0, datetime.date(2025, 3, 7), style("yyyy-mm-dd"))
    ws.write(2, 1, datetime.date(2025, 3, 7), style('yyyy"年"m"月"d"日"'))
    ws.write(2, 2, datetime.date(2025, 3, 7), style("M/D/YY"))
    ws.write(2, 3, 0.056, style("0.0%"))
    ws.write(2, 4, 0.5, style("0%"))
    ws.write(2, 5, datetime.datetime(2025, 3, 7, 13, 45, 30), style("yyyy/m/d h:mm:ss"))
    ws.write(2, 6, 5.25, style('0.00"mmol"'))
    ws.write(2, 7, 45723, style("@"))
    ws.write(3, 0, True)
    ws.write(3, 1, False)
    ws.write(3, 2, xlwt.Formula("A2+1"))
    ws.write_rich_text(3, 3, ["rich ", ("文本", xlwt.easyfont("bold true")), " end"])
    ws.write(5, 0, "hidden")
    ws.row(5).hidden = True
    ws.write(6, 255, "last column")
    ws.write_merge(7, 8, 0, 2, "merged")
    wb.add_sheet("Plain").write(0, 0, "x")
    hidden = wb.add_sheet("隐藏")
    hidden.write(0, 0, "h")
    hidden.visibility = 1
    wb.save(path)


def long_strings(path):
    wb = xlwt.Workbook()
    ws = wb.add_sheet("S")
    for i in range(40):  # far more than one record of 8,224 bytes, split within strings
        ws.write(i, 0, "%03d" % i + "a" * 997)
        ws.write(i, 1, "%03d" % i + "汉" * 997)
    wb.save(path)


types("xlwt-types.xls", False)
types("xlwt-1904.xls", True)
long_strings("xlwt-long.xls")
subprocess.check_call(["soffice", "--headless", "--convert-to", "xls:MS Excel 97", "lo-types.fods"])
