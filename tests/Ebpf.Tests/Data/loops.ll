; Loops and branches: sums the words of an array that are greater than a limit, and counts bits.
define i64 @sum(ptr %words, i64 %count, i64 %limit) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %after ]
  %total = phi i64 [ 0, %entry ], [ %now, %after ]
  %done = icmp uge i64 %i, %count
  br i1 %done, label %end, label %body
body:
  %place = getelementptr i32, ptr %words, i64 %i
  %word = load i32, ptr %place
  %wide = sext i32 %word to i64
  %greater = icmp sgt i64 %wide, %limit
  br i1 %greater, label %add, label %after
add:
  %more = add i64 %total, %wide
  br label %after
after:
  %now = phi i64 [ %total, %body ], [ %more, %add ]
  %next = add i64 %i, 1
  br label %loop
end:
  ret i64 %total
}

define i32 @bits(i32 %value) {
entry:
  br label %loop
loop:
  %rest = phi i32 [ %value, %entry ], [ %shifted, %body ]
  %count = phi i32 [ 0, %entry ], [ %next, %body ]
  %empty = icmp eq i32 %rest, 0
  br i1 %empty, label %end, label %body
body:
  %bit = and i32 %rest, 1
  %next = add i32 %count, %bit
  %shifted = lshr i32 %rest, 1
  br label %loop
end:
  ret i32 %count
}
