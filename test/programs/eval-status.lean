-- Prints what the system tells about the process.
#eval show IO Unit from do IO.println (← IO.FS.readFile "/proc/self/status")
