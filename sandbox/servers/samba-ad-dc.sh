#!/usr/bin/env bash
# An Active Directory domain controller (Samba) that can be thrown away, for the sandbox and the tests.
#
#   samba-ad-dc.sh run DIR      provision DIR when it is empty, run in the foreground until SIGTERM
#   samba-ad-dc.sh start DIR    the same in the background; waits until it answers and prints the settings
#   samba-ad-dc.sh stop DIR     end what `start` started; the data stays, delete DIR for a fresh domain
#   samba-ad-dc.sh status DIR   print the settings while it runs, exit 1 otherwise
#
# The settings are KEY=VALUE lines in DIR/ad.env (mode 0600), which exists while LDAPS answers. Everything stays within
# DIR; the system's own Samba configuration and state are neither read nor written.
#
# Nothing is installed by this script. Debian: apt-get install samba-ad-dc samba-ad-provision openssl
# (ldap-utils, when present, adds a real bind to the check that the controller answers.)
#
# Optional environment; the first three matter only when DIR is provisioned:
#   AD_DC_REALM           DNS domain, ILM.TEST unless set (base DN DC=ilm,DC=test)
#   AD_DC_DOMAIN          NetBIOS domain, the realm's first label unless set
#   AD_DC_ADMIN_PASSWORD  random unless set; kept in DIR/admin.password
#   AD_DC_ADDR            loopback address to listen on, 127.0.0.1 unless set. Samba fixes the ports (389, 636, 3268,
#                         3269), so that several controllers need several addresses: 127.0.0.2, 127.0.0.3, ...
#   AD_DC_TIMEOUT         seconds until LDAPS has to answer, 60 unless set
#
# An ordinary user needs the right to bind port 389: CAP_NET_BIND_SERVICE, or
# `sysctl net.ipv4.ip_unprivileged_port_start=389`.
set -euo pipefail
umask 077
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

die() { echo "samba-ad-dc: $*" >&2; exit 1; }
usage() { sed -n '2,/^set -euo/{/^set -euo/d;s/^# \{0,1\}//;p}' "$0" >&2; exit 2; }

[ $# -eq 2 ] || usage
CMD=$1
[ -n "$2" ] || usage
DIR=$(realpath -m -- "$2")
[ "$DIR" != / ] || die "refusing to use / as the directory"
case $DIR in *[!A-Za-z0-9_./=+,@%:-]*) die "the directory name may not hold blanks or shell characters: $DIR" ;; esac
# Samba keeps Unix sockets below DIR, whose paths may not pass 107 bytes.
[ "${#DIR}" -le 75 ] || die "the directory path is too long (${#DIR} characters, 75 at most): $DIR"

CONF=$DIR/etc/smb.conf
PIDFILE=$DIR/dc.pid
ENVFILE=$DIR/ad.env
MARK=$DIR/.samba-ad-dc        # holds 'provisioning', then the settings fixed at provisioning time
LOG=$DIR/log/samba.out
ADDR=${AD_DC_ADDR:-127.0.0.1}

# The 20th field after the command name in /proc/PID/stat: when the process started. It is readable
# whatever the process may do, and together with the number it names one process for good.
started() {
  local s
  s=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  read -ra s <<<"${s##*) }"
  [ "${s[0]}" != Z ] && echo "${s[19]}"
}

# The number of the running domain controller of DIR, from PIDFILE ("PID START").
dc_pid() {
  local pid when
  [ -s "$PIDFILE" ] || return 1
  read -r pid when <"$PIDFILE" || return 1
  [ -n "$when" ] && [ "$(started "$pid")" = "$when" ] || return 1
  echo "$pid"
}

tcp_open() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

need() {
  local c missing=
  for c in samba samba-tool openssl flock setsid realpath; do
    command -v "$c" >/dev/null || missing="$missing $c"
  done
  [ -z "$missing" ] || die "missing:$missing (see the package list at the top of this script)"
  # The interpreter samba-tool itself names: another python3 may come first in PATH.
  read -ra PYTHON < <(sed -n '1s/^#! *//p' "$(command -v samba-tool)")
  "${PYTHON[@]}" -c 'import samba.provision' 2>/dev/null || die "missing: the Python module samba.provision (packages python3-samba, samba-ad-provision)"
}

provision() {
  local realm=${AD_DC_REALM:-ILM.TEST} domain pass base
  realm=${realm^^}
  [[ $realm =~ ^[A-Z0-9-]+(\.[A-Z0-9-]+)+$ ]] || die "bad AD_DC_REALM: $realm"
  domain=${AD_DC_DOMAIN:-${realm%%.*}}
  domain=${domain^^}
  [[ $domain =~ ^[A-Z0-9-]{1,15}$ ]] || die "bad AD_DC_DOMAIN: $domain"
  # Letters of both cases, digits and a symbol: passes the default complexity rule.
  pass=${AD_DC_ADMIN_PASSWORD:-Aa1-$(openssl rand -hex 16)}
  case $pass in *"'"* | *$'\n'*) die "AD_DC_ADMIN_PASSWORD may not hold a quote or a line break" ;; esac
  base=DC=${realm,,}
  base=${base//./,DC=}

  rm -rf "${DIR:?}"/{etc,private,state,bind-dns,cache,lock,run,log,tls,gencache.tdb,seed.conf,admin.password,dc.pid,ad.env}
  echo provisioning >"$MARK"
  mkdir -p "$DIR"/log
  : >"$DIR/seed.conf"          # an empty configuration, so that /etc/samba/smb.conf is not read
  # Through Samba's own module, because only there can the file-share (sysvol) ACLs be left out:
  # they need root and extended attributes, and no LDAP test needs the share.
  if ! AD_PASS=$pass "${PYTHON[@]}" - "$DIR" "$realm" "$domain" >"$DIR/log/provision.log" 2>&1 <<'PY'; then
import logging, os, sys
from samba.auth import system_session
from samba.dsdb import DS_DOMAIN_FUNCTION_2008_R2
from samba.param import LoadParm
from samba.provision import provision
d, realm, domain = sys.argv[1:4]
lp = LoadParm()
lp.load(d + '/seed.conf')
logging.basicConfig(level=logging.INFO, stream=sys.stdout)
provision(logging.getLogger(), system_session(), smbconf=d + '/seed.conf', targetdir=d, lp=lp,
          realm=realm, domain=domain, hostname='dc1', hostip='127.0.0.1',
          adminpass=os.environ['AD_PASS'], dns_backend='NONE', serverrole='dc',
          dom_for_fun_level=DS_DOMAIN_FUNCTION_2008_R2, skip_sysvolacl=True)
PY
    tail -n 5 "$DIR/log/provision.log" >&2
    die "provisioning failed; the whole log is $DIR/log/provision.log"
  fi
  printf '%s' "$pass" >"$DIR/admin.password"
  printf 'REALM=%s\nDOMAIN=%s\nBASE=%s\n' "$realm" "$domain" "$base" >"$MARK"
}

certificates() {
  local t=$DIR/tls host=dc1.${REALM,,}
  mkdir -p "$t"
  if [ ! -s "$t/ca.pem" ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
      -subj "/O=Disposable test domain/CN=$REALM test CA" \
      -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
      -keyout "$t/ca.key" -out "$t/ca.pem" 2>"$t/openssl.log" || { cat "$t/openssl.log" >&2; die "openssl could not make the CA"; }
  fi
  # A fresh server certificate at each start: the address may have changed.
  printf '%s\n' "subjectAltName=DNS:$host,DNS:${REALM,,},DNS:localhost,IP:127.0.0.1,IP:$ADDR" \
    basicConstraints=critical,CA:FALSE keyUsage=critical,digitalSignature extendedKeyUsage=serverAuth >"$t/ext.cnf"
  { openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$host" \
      -keyout "$t/server.key" -out "$t/server.csr" &&
    openssl x509 -req -in "$t/server.csr" -CA "$t/ca.pem" -CAkey "$t/ca.key" -set_serial "0x$(openssl rand -hex 12)" \
      -days 825 -extfile "$t/ext.cnf" -out "$t/server.pem"; } 2>"$t/openssl.log" ||
    { cat "$t/openssl.log" >&2; die "openssl could not make the server certificate"; }
  chmod 600 "$t"/*.key
  chmod 644 "$t/ca.pem" "$t/server.pem"
}

configure() {
  mkdir -p "$DIR"/{etc,cache,lock,run,log}
  cat >"$CONF" <<EOF
[global]
  netbios name = DC1
  workgroup = $DOMAIN
  realm = $REALM
  server role = active directory domain controller
  # Only the directory: no SMB, RPC, Kerberos, DNS, winbind or NetBIOS listener.
  server services = ldap
  interfaces = $ADDR/8
  bind interfaces only = yes
  private dir = $DIR/private
  state directory = $DIR/state
  cache directory = $DIR/cache
  lock directory = $DIR/lock
  pid directory = $DIR/run
  ncalrpc dir = $DIR/run/ncalrpc
  binddns dir = $DIR/bind-dns
  winbindd socket directory = $DIR/run/winbindd
  ntp signd socket directory = $DIR/run/ntp_signd
  tls enabled = yes
  tls keyfile = $DIR/tls/server.key
  tls certfile = $DIR/tls/server.pem
  tls cafile = $DIR/tls/ca.pem
  log file = $DIR/log/log.%m
  log level = 1
EOF
}

write_env() {
  cat >"$ENVFILE" <<EOF
AD_LDAPS_URL=ldaps://$ADDR:636
AD_LDAP_URL=ldap://$ADDR:389
AD_BASE_DN=$BASE
AD_UPN_SUFFIX=${REALM,,}
AD_NETBIOS_DOMAIN=$DOMAIN
AD_BIND_DN=CN=Administrator,CN=Users,$BASE
AD_BIND_PASSWORD='$(cat "$DIR/admin.password")'
AD_CA_FILE=$DIR/tls/ca.pem
AD_PID=$1
EOF
}

# TLS verified against our CA, then (where ldapsearch is installed) a real bind and read.
answers() {
  tcp_open "$ADDR" 636 || return 1
  openssl s_client -connect "$ADDR:636" -CAfile "$DIR/tls/ca.pem" -verify_return_error \
    </dev/null >/dev/null 2>&1 || return 1
  if command -v ldapsearch >/dev/null; then
    LDAPTLS_CACERT=$DIR/tls/ca.pem LDAPTLS_REQCERT=demand ldapsearch -LLL -x -H "ldaps://$ADDR:636" \
      -D "CN=Administrator,CN=Users,$BASE" -y "$DIR/admin.password" -b "$BASE" -s base dn >/dev/null 2>&1 || return 1
  fi
}

start() {
  local pid low i deadline launcher
  need
  mkdir -p "$DIR"
  if [ ! -e "$MARK" ] && [ -n "$(find "$DIR" -mindepth 1 -maxdepth 1 ! -name .start.lock -print -quit)" ]; then
    die "$DIR is not empty and was not made by this script"
  fi
  exec 9>"$DIR/.start.lock"
  flock -w 120 9 || die "another start on $DIR is still under way"
  if pid=$(dc_pid); then cat "$ENVFILE"; return 0; fi
  [[ $ADDR =~ ^127(\.[0-9]{1,3}){3}$ ]] || die "AD_DC_ADDR must be a loopback address (127.x.y.z): $ADDR"
  low=$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start 2>/dev/null || echo 1024)
  if [ "$(id -u)" -ne 0 ] && [ "$low" -gt 389 ] && ! grep -Eq '^CapAmb:.*[4-7c-f][0-9a-f]{2}$' /proc/self/status; then
    die "an ordinary user may not bind port 389 here: run as root, or set net.ipv4.ip_unprivileged_port_start=389"
  fi
  for i in 389 636 3268 3269; do
    ! tcp_open "$ADDR" "$i" || die "something already listens on $ADDR:$i (choose another AD_DC_ADDR)"
  done
  if [ ! -e "$MARK" ] || [ "$(cat "$MARK")" = provisioning ]; then provision; fi
  REALM=$(sed -n 's/^REALM=//p' "$MARK") DOMAIN=$(sed -n 's/^DOMAIN=//p' "$MARK") BASE=$(sed -n 's/^BASE=//p' "$MARK")
  if [ -z "$REALM" ] || [ -z "$DOMAIN" ] || [ -z "$BASE" ]; then die "damaged marker $MARK: delete $DIR and start again"; fi
  certificates
  configure
  : >"$LOG"
  # In the background it leaves the starter's session; in the foreground it stays in the group that is ended as a whole.
  if [ "$CMD" = start ]; then launcher=setsid; else launcher=; fi
  $launcher samba --foreground --no-process-group --model=single --configfile="$CONF" --log-basename="$DIR/log" \
    </dev/null >>"$LOG" 2>&1 9>&- &
  pid=$!
  echo "$pid $(started "$pid")" >"$PIDFILE"
  deadline=$((SECONDS + ${AD_DC_TIMEOUT:-60}))
  until answers; do
    if ! kill -0 "$pid" 2>/dev/null; then
      tail -n 15 "$LOG" >&2
      rm -f "$PIDFILE"
      die "the domain controller ended before it answered; logs are in $DIR/log"
    fi
    if [ "$SECONDS" -ge "$deadline" ]; then
      kill "$pid" 2>/dev/null || true
      tail -n 15 "$LOG" >&2
      rm -f "$PIDFILE"
      die "LDAPS did not answer in time; logs are in $DIR/log"
    fi
    sleep 0.1
  done
  write_env "$pid"
  cat "$ENVFILE"
}

stop() {
  local pid i
  if ! pid=$(dc_pid); then
    rm -f "$PIDFILE" "$ENVFILE"
    echo "samba-ad-dc: not running" >&2
    return 0
  fi
  kill "$pid"
  for i in $(seq 100); do
    dc_pid >/dev/null || break
    [ "$i" -ne 80 ] || kill -KILL "$pid" 2>/dev/null || true
    sleep 0.1
  done
  ! dc_pid >/dev/null || die "process $pid does not end"
  rm -f "$PIDFILE" "$ENVFILE"
  echo "samba-ad-dc: stopped $pid" >&2
}

# Ends with the controller, and ends it when told to.
run() {
  local pid=
  ! dc_pid >/dev/null || die "the domain controller of $DIR runs already"
  # Reaches the number that `start` keeps, too.
  trap 'if [ -n "${pid:-}" ]; then kill "$pid" 2>/dev/null || true; else exit 143; fi' TERM INT
  rm -f "$ENVFILE"
  start >/dev/null
  pid=$(dc_pid) || die "the domain controller is gone; logs are in $DIR/log"
  # `wait` returns early when a trapped signal comes.
  while dc_pid >/dev/null; do wait "$pid" || true; done
  rm -f "$PIDFILE" "$ENVFILE"
}

case $CMD in
  run) run ;;
  start) start ;;
  stop) stop ;;
  status)
    dc_pid >/dev/null || die "not running"
    cat "$ENVFILE"
    ;;
  *) usage ;;
esac
