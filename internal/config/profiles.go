package config

// Profiles lists the names of the configuration's profiles, in the order of the
// file, without judging what stands in them.
func Profiles(req Request) ([]string, error) {
	l := &loader{req: req, keys: keys()}
	if l.path = Find(req); l.path == "" {
		return nil, nil
	}
	if err := l.readTop(); err != nil {
		return nil, err
	}
	profiles := child(l.root, "profiles")
	if profiles == nil {
		return nil, nil
	}
	var out []string
	for i := 0; i+1 < len(profiles.Content); i += 2 {
		out = append(out, profiles.Content[i].Value)
	}
	return out, nil
}
