// %module slowprices
%module fastprices
