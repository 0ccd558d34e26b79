package main

import (
	"regexp"
	"strconv"

	"github.com/tc-hib/winres"
	"github.com/tc-hib/winres/version"
)

// The languages that the version is written in.
const (
	english = 0x0409
	chinese = 0x0804
)

// resources are version, icon and manifest of a release.
func resources(r release) (*winres.ResourceSet, error) {
	set := &winres.ResourceSet{}
	icon, err := winres.NewIconFromImages(pictures())
	if err != nil {
		return nil, err
	}
	if err := set.SetIcon(winres.ID(1), icon); err != nil {
		return nil, err
	}
	if err := set.Set(winres.RT_MANIFEST, winres.ID(1), english, []byte(manifest)); err != nil {
		return nil, err
	}
	info, err := versionOf(r)
	if err != nil {
		return nil, err
	}
	set.SetVersionInfo(*info)
	return set, nil
}

func versionOf(r release) (*version.Info, error) {
	info := &version.Info{FileVersion: numbers(r), ProductVersion: numbers(r)}
	for _, lang := range []uint16{english, chinese} {
		description := "Uploads occupational health examinations"
		if lang == chinese {
			description = "河北省重点职业病监测信息平台 上传工具"
		}
		for key, value := range map[string]string{
			version.CompanyName:      "hbupload",
			version.ProductName:      "hbupload",
			version.FileDescription:  description,
			version.FileVersion:      r.text,
			version.ProductVersion:   r.text,
			version.InternalName:     "hbupload",
			version.OriginalFilename: "hbupload.exe",
			version.LegalCopyright:   "MIT License",
		} {
			if err := info.Set(lang, key, value); err != nil {
				return nil, err
			}
		}
	}
	return info, nil
}

var (
	reTag = regexp.MustCompile(`^v(\d+)\.(\d+)\.(\d+)`)
	reDay = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})$`)
)

// numbers are the four numbers of a version: of the tag, else the day.
func numbers(r release) [4]uint16 {
	found := reTag.FindStringSubmatch(r.text)
	if found == nil {
		found = reDay.FindStringSubmatch(r.day)
	}
	var out [4]uint16
	for i := range found[min(1, len(found)):] {
		n, err := strconv.ParseUint(found[i+1], 10, 16)
		if err != nil {
			return [4]uint16{}
		}
		out[i] = uint16(n)
	}
	return out
}

// manifest asks for no more rights than the user has, for paths longer than 260
// characters, and for UTF-8 where Windows knows it; Windows 7 passes over the last two.
const manifest = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0">
  <assemblyIdentity type="win32" name="hbupload" version="1.0.0.0" processorArchitecture="*"/>
  <trustInfo xmlns="urn:schemas-microsoft-com:asm.v3">
    <security>
      <requestedPrivileges>
        <requestedExecutionLevel level="asInvoker" uiAccess="false"/>
      </requestedPrivileges>
    </security>
  </trustInfo>
  <compatibility xmlns="urn:schemas-microsoft-com:compatibility.v1">
    <application>
      <supportedOS Id="{35138b9a-5d96-4fbd-8e2d-a2440225f93a}"/>
      <supportedOS Id="{4a2f28e3-53b9-4441-ba9c-d69d4a4a6e38}"/>
      <supportedOS Id="{1f676c76-80e1-4239-95bb-83d0f6d0da78}"/>
      <supportedOS Id="{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"/>
    </application>
  </compatibility>
  <application xmlns="urn:schemas-microsoft-com:asm.v3">
    <windowsSettings>
      <longPathAware xmlns="http://schemas.microsoft.com/SMI/2016/WindowsSettings">true</longPathAware>
      <activeCodePage xmlns="http://schemas.microsoft.com/SMI/2019/WindowsSettings">UTF-8</activeCodePage>
    </windowsSettings>
  </application>
</assembly>
`
