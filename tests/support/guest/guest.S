/* SPDX-License-Identifier: MIT */
/*
 * The test guest: a boot sector that counts in RAM and on its disk and says so on COM1. It needs a BIOS with int 13h extensions
 * (SeaBIOS on any disk bus), 4 MiB of RAM and runs the same under kvm and tcg. It sleeps between steps (100 a second).
 *
 * What it does
 *   every step    R = R + 1, kept in low RAM (page 0x10000) and in high RAM (2 MiB); both must agree before the next step
 *   every 8th     the disk's counter is read and must be D; D = D + 1 is written to the disk, then to RAM, then reported
 *
 * So R never falls back while one boot lives, D never falls back while the disk lives, D in RAM equals D on the disk whenever a
 * line is written, and R / 8 - D is constant within one boot.
 *
 * Serial protocol (115200 8N1, COM1). It says, one line each, ended by CR LF:
 *   BOOT D=<n>         once per boot: the counter found on the disk (0 on a fresh one); behind it R=0
 *   R=<r> D=<d>        12.5 times a second, decimal, behind the disk write
 *   BAD RAM            low and high RAM disagree: a restored RAM is wrong. It stops there
 *   BAD DISK D=<d>     the disk holds <d>, which is not the D of RAM. It stops there
 *   BAD IO             int 13h failed. It stops there
 *   OFF                it powers itself off now
 * It reads single bytes:  q  power off    r  reset by the keyboard controller
 * The ACPI power button powers it off too.
 *
 * Disk (512-byte sectors, all numbers little-endian)
 *   0  boot code, 1 the rest of it
 *   2  "PRLG", u32 D
 *   3  options, patched into a copy of the image by tests: u32 touch_mib (at boot, before BOOT, every page of RAM from 4 MiB up
 *      to there gets data), u32 off_at (power off when D reaches it; 0 never)
 */
    .code16
    .text
    .globl _start

    .set COM1, 0x3f8
    .set PM1_STS, 0x600         /* SeaBIOS puts PMBASE there on i440fx and q35 */
    .set PM1_EN, 0x602
    .set PM1_CNT, 0x604
    .set HIGH_R, 0x200000
    .set SECTOR_COUNTER, 2
    .set SECTOR_OPTIONS, 3
    .set BUF, 0x8000            /* one sector */
    .set DRIVE, 0x8200
    .set D, 0x8204
    .set OFF_AT, 0x8208
    .set LOW_SEG, 0x1000        /* R at its offset 0 */

_start:
    ljmp $0, $1f
1:  xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movw $0x7c00, %sp
    cld
    sti
    movb %dl, DRIVE

    /* the second sector of this code, behind the first */
    movb $1, %al
    call disk_read
    movw $BUF, packet + 4
    jmp main

/* sector %al (0..255) of the boot drive from or to BUF */
disk_read:
    movb $0x42, %ah
    jmp 7f
disk_write:
    movb $0x43, %ah
7:  movb %al, packet + 8
    movb $0, %al
    movb DRIVE, %dl
    movw $packet, %si
    int $0x13
    movw $text_bad_io, %si
    jc die
    ret

die:
    call say
stop:
    cli
8:  hlt
    jmp 8b

say_d:                          /* "D=<eax>\r\n" */
    pushl %eax
    movw $text_d, %si
    call say
    popl %eax
    call number
    movw $text_end, %si
say:                            /* NUL-ended text at %si */
    lodsb
    testb %al, %al
    jz 9f
    call put
    jmp say
number:                         /* %eax in decimal */
    xorl %edx, %edx
    movl $10, %ecx
    divl %ecx
    pushw %dx
    testl %eax, %eax
    jz 10f
    call number
10: popw %ax
    addb $'0', %al
put:                            /* one byte, when the port has room */
    pushw %dx
    pushw %ax
    movw $COM1 + 5, %dx
11: inb %dx, %al
    testb $0x20, %al
    jz 11b
    popw %ax
    movw $COM1, %dx
    outb %al, %dx
    popw %dx
9:  ret

/* %fs reaches all 4 GiB until the BIOS puts the limit back: asked for before each use. %edi: HIGH_R */
big:
    cli
    pushl %eax
    lgdt gdt_ptr
    movl %cr0, %eax
    orb $1, %al
    movl %eax, %cr0
    movw $8, %bx
    movw %bx, %fs
    andb $0xfe, %al
    movl %eax, %cr0
    xorw %bx, %bx
    movw %bx, %fs
    popl %eax
    movl $HIGH_R, %edi
    sti
    ret

text_boot:      .asciz "BOOT "
text_r:         .asciz "R="
text_d:         .asciz "D="
text_end:       .asciz "\r\n"
text_off:       .asciz "OFF\r\n"
text_bad_ram:   .asciz "BAD RAM\r\n"
text_bad_disk:  .asciz "BAD DISK "
text_bad_io:    .asciz "BAD IO\r\n"

    .balign 4
gdt:
    .quad 0
    .quad 0x00cf92000000ffff    /* data, base 0, 4 GiB */
gdt_ptr:
    .word . - gdt - 1
    .long gdt
packet:
    .byte 16, 0
    .word 1
    .word 0x7e00, 0             /* later BUF */
    .quad 0

    .org 510
    .word 0xaa55

/* ---- second sector ---- */

main:
    /* COM1 at 115200 8N1, FIFO on */
    movw $COM1 + 3, %dx
    movb $0x80, %al
    outb %al, %dx
    movw $COM1, %dx
    movw $0x0001, %ax
    outb %al, %dx
    incw %dx
    movb %ah, %al
    outb %al, %dx
    movw $COM1 + 3, %dx
    movb $0x03, %al
    outb %al, %dx
    decw %dx
    movb $0x01, %al
    outb %al, %dx

    /* timer at 100 Hz, power button seen */
    movb $0x34, %al
    outb %al, $0x43
    movb $(11932 & 0xff), %al
    outb %al, $0x40
    movb $(11932 >> 8), %al
    outb %al, $0x40
    movw $PM1_EN, %dx
    movw $0x0100, %ax
    outw %ax, %dx

    /* options */
    movb $SECTOR_OPTIONS, %al
    call disk_read
    movl BUF + 4, %eax
    movl %eax, OFF_AT
    movl BUF, %ecx
    shll $20, %ecx
    call big
    shll $1, %edi               /* 4 MiB */
2:  cmpl %ecx, %edi
    jae 3f
    movl %edi, %fs:(%edi)
    movl $0x5a5a5a5a, %fs:8(%edi)
    addl $4096, %edi
    jmp 2b
3:
    /* counters */
    movb $SECTOR_COUNTER, %al
    call disk_read
    xorl %eax, %eax
    cmpl $0x474c5250, BUF
    jne 4f
    movl BUF + 4, %eax
4:  movl %eax, D
    pushl %eax
    movw $LOW_SEG, %bx
    movw %bx, %gs
    xorl %eax, %eax
    movl %eax, %gs:0
    call big
    movl %eax, %fs:(%edi)
    movw $text_boot, %si
    call say
    popl %eax
    call say_d

loop:
    hlt
    movw $PM1_STS, %dx
    inw %dx, %ax
    testb $1, %ah
    jnz off
    movw $COM1 + 5, %dx
    inb %dx, %al
    testb $1, %al
    jz 5f
    movw $COM1, %dx
    inb %dx, %al
    cmpb $'q', %al
    je off
    cmpb $'r', %al
    jne 5f
    movb $0xfe, %al
    outb %al, $0x64
5:
    call big
    movl %gs:0, %eax
    cmpl %fs:(%edi), %eax
    movw $text_bad_ram, %si
    jne die
    incl %eax
    movl %eax, %gs:0
    movl %eax, %fs:(%edi)
    testb $7, %al
    jnz loop

    movb $SECTOR_COUNTER, %al
    call disk_read
    movl BUF + 4, %eax
    cmpl %eax, D
    je 6f
    movw $text_bad_disk, %si
    call say
    call say_d
    jmp stop
6:  incl %eax
    movl %eax, BUF + 4
    movl $0x474c5250, BUF
    movb $SECTOR_COUNTER, %al
    call disk_write
    movl BUF + 4, %eax
    movl %eax, D

    movw $text_r, %si
    call say
    movl %gs:0, %eax
    call number
    movb $' ', %al
    call put
    movl D, %eax
    call say_d
    movl D, %eax
    cmpl %eax, OFF_AT
    jne loop

off:
    movw $text_off, %si
    call say
    movw $PM1_CNT, %dx
    movw $0x2000, %ax           /* S5, SLP_EN */
    outw %ax, %dx
    jmp stop

    .org 1024
