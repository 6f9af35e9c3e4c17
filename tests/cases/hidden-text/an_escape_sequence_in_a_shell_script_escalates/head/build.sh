echo start
rm -rf build #[2K[1A
echo done
