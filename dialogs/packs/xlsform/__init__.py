"""Records as XLSForm workbooks and back: what other form tools can hold is carried, everything else is reported."""
