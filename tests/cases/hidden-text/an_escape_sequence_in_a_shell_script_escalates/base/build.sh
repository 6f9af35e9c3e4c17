echo start
echo done
