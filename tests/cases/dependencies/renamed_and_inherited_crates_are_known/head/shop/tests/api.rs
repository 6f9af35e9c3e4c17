use my_shop::page;
