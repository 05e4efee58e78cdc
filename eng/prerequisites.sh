# Functions that install what a script needs. Sourced by demo.sh, test.sh and eng/package.sh.
#
#   need_packages WHAT=PACKAGE...      offers to install PACKAGE if WHAT is missing: a program, or a file if WHAT begins with '/', which may be a pattern
#   need_dotnet                        offers to install the .NET 10 SDK, or tells how to get it

yes=${yes:-}

say() { printf '%s\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Asks whether to install. Without a terminal the answer is yes.
may_install() {
    [ -n "$yes" ] && return 0
    [ -t 0 ] || return 0
    printf 'Install them now? [y/N] ' >&2
    read -r answer
    [ "$answer" = y ] || [ "$answer" = Y ]
}

install_packages() {
    say "Missing packages: $*"
    if ! type -P apt-get >/dev/null; then
        say "There is no apt-get here: install them with your package manager. Continuing without them."
        return 0
    fi
    if [ "$(id -u)" != 0 ] && ! type -P sudo >/dev/null; then
        say "To install them, run as root: apt-get install $*. Continuing without them."
        return 0
    fi
    if ! may_install; then
        say "Continuing without them."
        return 0
    fi
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

is_there() {
    case $1 in
        /*) compgen -G "$1" >/dev/null ;;
        # The PATH of ordinary users often lacks the folders of system programs. 'command -v' would also find functions, such as those of these scripts.
        *) PATH="$PATH:/usr/sbin:/sbin" type -P "$1" >/dev/null ;;
    esac
}

need_packages() {
    local missing=() pair
    for pair in "$@"; do
        is_there "${pair%%=*}" || missing+=("${pair#*=}")
    done
    [ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"
}

# For programs that run as another user, whose PATH may lack dotnet.
dotnet_root() { dirname "$(readlink -f "$(type -P dotnet)")"; }

has_dotnet() { type -P dotnet >/dev/null && dotnet --list-sdks | grep '^10\.' >/dev/null; }

# The SDK does not start without ICU, by which .NET reads host names like browsers do, also in full-width characters. musl has no list of libraries.
has_icu() { PATH="$PATH:/sbin" ldconfig -p 2>/dev/null | grep libicuuc >/dev/null || is_there '/usr/lib/libicuuc.so*'; }

need_dotnet() {
    has_icu || install_packages libicu-dev
    has_dotnet && return 0
    if type -P apt-cache >/dev/null && apt-cache show dotnet-sdk-10.0 >/dev/null 2>&1; then
        install_packages dotnet-sdk-10.0
    fi
    has_dotnet && return 0
    say "This needs the .NET 10 SDK, and this system's package manager does not offer it."
    say "Get it from https://dotnet.microsoft.com/download/dotnet/10.0 (one script: https://dot.net/v1/dotnet-install.sh --channel 10.0)."
    exit 1
}
