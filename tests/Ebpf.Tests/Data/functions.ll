; Calls of functions before and behind the caller, and of helpers by their number.
define internal i64 @double(i64 %value) noinline {
  %twice = shl i64 %value, 1
  ret i64 %twice
}

define i64 @start(ptr %context) {
  %time = call i64 inttoptr (i64 5 to ptr)()
  %random = call i64 inttoptr (i64 7 to ptr)()
  %sum = add i64 %time, %random
  %first = call i64 @double(i64 %sum)
  %second = call i64 @mix(i64 %first, i64 %time)
  ret i64 %second
}

define internal i64 @mix(i64 %a, i64 %b) noinline {
  %more = mul i64 %a, 31
  %mixed = xor i64 %more, %b
  ret i64 %mixed
}
