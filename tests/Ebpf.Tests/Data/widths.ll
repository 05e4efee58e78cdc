; Widths: loads and stores of each, signs, swaps, divisions, atomic operations, large constants.
define void @copy8(ptr %from, ptr %to) {
  %value = load i8, ptr %from
  %more = add i8 %value, 77
  store i8 %more, ptr %to
  ret void
}

define i64 @sign8(ptr %from) {
  %value = load i8, ptr %from
  %wide = sext i8 %value to i64
  ret i64 %wide
}

define void @copy16(ptr %from, ptr %to) {
  %value = load i16, ptr %from
  %more = add i16 %value, 77
  store i16 %more, ptr %to
  ret void
}

define i64 @sign16(ptr %from) {
  %value = load i16, ptr %from
  %wide = sext i16 %value to i64
  ret i64 %wide
}

define void @copy32(ptr %from, ptr %to) {
  %value = load i32, ptr %from
  %more = add i32 %value, 77
  store i32 %more, ptr %to
  ret void
}

define i64 @sign32(ptr %from) {
  %value = load i32, ptr %from
  %wide = sext i32 %value to i64
  ret i64 %wide
}

define void @copy64(ptr %from, ptr %to) {
  %value = load i64, ptr %from
  %more = add i64 %value, 1311768467463790320
  store i64 %more, ptr %to
  ret void
}

define i64 @sign64(ptr %from) {
  %value = load i64, ptr %from
  %wide = ashr i64 %value, 3
  ret i64 %wide
}

define i32 @udiv32(i32 %a, i32 %b) {
  %c = udiv i32 %a, %b
  ret i32 %c
}

define i64 @udiv64(i64 %a, i64 %b) {
  %c = udiv i64 %a, %b
  ret i64 %c
}

define i32 @sdiv32(i32 %a, i32 %b) {
  %c = sdiv i32 %a, %b
  ret i32 %c
}

define i64 @sdiv64(i64 %a, i64 %b) {
  %c = sdiv i64 %a, %b
  ret i64 %c
}

define i32 @urem32(i32 %a, i32 %b) {
  %c = urem i32 %a, %b
  ret i32 %c
}

define i64 @urem64(i64 %a, i64 %b) {
  %c = urem i64 %a, %b
  ret i64 %c
}

define i32 @srem32(i32 %a, i32 %b) {
  %c = srem i32 %a, %b
  ret i32 %c
}

define i64 @srem64(i64 %a, i64 %b) {
  %c = srem i64 %a, %b
  ret i64 %c
}

define i32 @shl32(i32 %a, i32 %b) {
  %c = shl i32 %a, %b
  ret i32 %c
}

define i64 @shl64(i64 %a, i64 %b) {
  %c = shl i64 %a, %b
  ret i64 %c
}

define i32 @lshr32(i32 %a, i32 %b) {
  %c = lshr i32 %a, %b
  ret i32 %c
}

define i64 @lshr64(i64 %a, i64 %b) {
  %c = lshr i64 %a, %b
  ret i64 %c
}

define i32 @ashr32(i32 %a, i32 %b) {
  %c = ashr i32 %a, %b
  ret i32 %c
}

define i64 @ashr64(i64 %a, i64 %b) {
  %c = ashr i64 %a, %b
  ret i64 %c
}

define i32 @mul32(i32 %a, i32 %b) {
  %c = mul i32 %a, %b
  ret i32 %c
}

define i64 @mul64(i64 %a, i64 %b) {
  %c = mul i64 %a, %b
  ret i64 %c
}

define i32 @xor32(i32 %a, i32 %b) {
  %c = xor i32 %a, %b
  ret i32 %c
}

define i64 @xor64(i64 %a, i64 %b) {
  %c = xor i64 %a, %b
  ret i64 %c
}

define i32 @or32(i32 %a, i32 %b) {
  %c = or i32 %a, %b
  ret i32 %c
}

define i64 @or64(i64 %a, i64 %b) {
  %c = or i64 %a, %b
  ret i64 %c
}

define i32 @and32(i32 %a, i32 %b) {
  %c = and i32 %a, %b
  ret i32 %c
}

define i64 @and64(i64 %a, i64 %b) {
  %c = and i64 %a, %b
  ret i64 %c
}

define i32 @sub32(i32 %a, i32 %b) {
  %c = sub i32 %a, %b
  ret i32 %c
}

define i64 @sub64(i64 %a, i64 %b) {
  %c = sub i64 %a, %b
  ret i64 %c
}

declare i16 @llvm.bswap.i16(i16)
define i16 @swap16(i16 %a) {
  %b = call i16 @llvm.bswap.i16(i16 %a)
  ret i16 %b
}

declare i32 @llvm.bswap.i32(i32)
define i32 @swap32(i32 %a) {
  %b = call i32 @llvm.bswap.i32(i32 %a)
  ret i32 %b
}

declare i64 @llvm.bswap.i64(i64)
define i64 @swap64(i64 %a) {
  %b = call i64 @llvm.bswap.i64(i64 %a)
  ret i64 %b
}

define i32 @atomic_add32(ptr %p, i32 %a) {
  %b = atomicrmw add ptr %p, i32 %a seq_cst
  ret i32 %b
}

define i64 @atomic_add64(ptr %p, i64 %a) {
  %b = atomicrmw add ptr %p, i64 %a seq_cst
  ret i64 %b
}

define i32 @atomic_or32(ptr %p, i32 %a) {
  %b = atomicrmw or ptr %p, i32 %a seq_cst
  ret i32 %b
}

define i64 @atomic_or64(ptr %p, i64 %a) {
  %b = atomicrmw or ptr %p, i64 %a seq_cst
  ret i64 %b
}

define i32 @atomic_and32(ptr %p, i32 %a) {
  %b = atomicrmw and ptr %p, i32 %a seq_cst
  ret i32 %b
}

define i64 @atomic_and64(ptr %p, i64 %a) {
  %b = atomicrmw and ptr %p, i64 %a seq_cst
  ret i64 %b
}

define i32 @atomic_xor32(ptr %p, i32 %a) {
  %b = atomicrmw xor ptr %p, i32 %a seq_cst
  ret i32 %b
}

define i64 @atomic_xor64(ptr %p, i64 %a) {
  %b = atomicrmw xor ptr %p, i64 %a seq_cst
  ret i64 %b
}

define i32 @atomic_xchg32(ptr %p, i32 %a) {
  %b = atomicrmw xchg ptr %p, i32 %a seq_cst
  ret i32 %b
}

define i64 @atomic_xchg64(ptr %p, i64 %a) {
  %b = atomicrmw xchg ptr %p, i64 %a seq_cst
  ret i64 %b
}
