# /// script
# dependencies = ["rich", "quicktable-cli"]
# ///
import quicktable
import rich
