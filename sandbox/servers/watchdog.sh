#!/bin/sh
# Runs one program and ends it when whoever started it is gone.
#
#   watchdog.sh GRACE REMOVE PROGRAM [ARGUMENT...]
#
# The starter holds the other end of standard input. When that closes - on purpose, or because the starter was killed
# in whatever way - the program gets SIGTERM and, GRACE seconds later, SIGKILL. Then everything left of the process
# group is killed and the folder REMOVE (unless empty) is deleted. Descriptor 3 tells the starter "pid N" and "exit N".
#
# It has to lead a process group of its own: the last line kills the whole group, this shell included.
grace=$1
remove=$2
shift 2
child=

trap '[ -z "$child" ] || kill -TERM "$child" 2>/dev/null' TERM INT HUP
# A shell gives background commands /dev/null as standard input unless another descriptor is named.
exec 4<&0
"$@" </dev/null 3>&- 4<&- &
child=$!
# Only now, as the program would inherit both.
trap '' PIPE
PATH=$PATH:/usr/bin:/bin
echo "pid $child" >&3

{
  cat
  kill -TERM "$child"
  sleep "$grace"
  kill -KILL "$child"
} <&4 >/dev/null 2>&1 3>&- &

# A trapped signal interrupts the wait, so it is repeated while the program lives.
wait "$child"
code=$?
while kill -0 "$child" 2>/dev/null; do
  wait "$child"
  code=$?
done

[ -z "$remove" ] || rm -rf -- "$remove"
echo "exit $code" >&3 2>/dev/null
kill -KILL 0
