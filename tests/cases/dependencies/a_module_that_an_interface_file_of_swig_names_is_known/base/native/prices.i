%module(package="shop") fastprices
%{
#include "prices.h"
%}
int total(int count);
