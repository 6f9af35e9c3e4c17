package disk

func Open() {}
