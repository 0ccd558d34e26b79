#!/usr/bin/python3
"""Makes the one file of this folder that the Go test does not write: a real
BIFF8 workbook. Invented data only.

    apt-get install -y python3-xlwt
    /usr/bin/python3 make.py        # in this folder

The other files are written by internal/table/zoo_test.go (HBUPLOAD_ZOO=update).
"""
import datetime
import xlwt

day = xlwt.XFStyle()
day.num_format_str = "yyyy-mm-dd"

wb = xlwt.Workbook()
ws = wb.add_sheet("体检信息")
ws.write_merge(0, 0, 0, 4, "体检人员名册")
for i, h in enumerate(["体检编号", "姓名", "身份证号", "体检日期", "联系电话"]):
    ws.write(2, i, h)
ws.write(3, 0, "TJ0001")
ws.write(3, 1, "测试甲")
ws.write(3, 2, "13010219900101001X")
ws.write(3, 3, datetime.date(2024, 3, 1), day)
ws.write(3, 4, 13931000001)
ws.write(4, 0, "TJ0002")
ws.write(4, 1, "测试乙")
ws.write(4, 2, 130102199001010000)
ws.write(4, 3, "2024.3.1")
ws.row(4).hidden = True
ws.write(5, 0, "合计")
ws.write(5, 1, 2)
wb.save("biff8.xls")
