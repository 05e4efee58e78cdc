"""OpenStack Swift with its S3 interface: all of its servers in one process, their files in the folder of this one. Reads nothing of the system's Swift.

usage: s3.py ADDRESS PORT BACKEND_PORT
"""
import os
import sys

import eventlet
import eventlet.wsgi
eventlet.monkey_patch(all=False, socket=True, select=True, thread=True)

from swift.common import utils  # noqa: E402
# Otherwise read from /etc/swift/swift.conf.
utils.HASH_PATH_SUFFIX = b'lab'

from swift.common.ring import RingBuilder  # noqa: E402
from swift.common.wsgi import loadapp  # noqa: E402

ADDRESS, PORT, BACKEND = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
FOLDER = os.path.dirname(os.path.abspath(__file__))

COMMON = f'''[DEFAULT]
swift_dir = {FOLDER}
devices = {FOLDER}/devices
mount_check = false
log_level = WARNING
'''

STORAGE = COMMON + '''[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{egg}
'''

PROXY = COMMON + '''[pipeline:main]
pipeline = catch_errors s3api tempauth bulk slo proxy-server
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_lab_user = secret .admin
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
'''


class Cache:
    """In place of memcached, which tempauth insists on."""

    def __init__(self):
        self.values = {}

    def get(self, key, *_, **__):
        return self.values.get(key)

    def set(self, key, value, *_, **__):
        self.values[key] = value

    def delete(self, key, *_, **__):
        self.values.pop(key, None)


def with_cache(application):
    cache = Cache()

    def call(environment, start_response):
        environment['swift.cache'] = cache
        return application(environment, start_response)

    return call


def write(name, text):
    path = os.path.join(FOLDER, name)
    with open(path, 'w') as file:
        file.write(text)
    return path


def serve(address, port, application):
    # The listener of the proxy is the last one: who can connect to it can use all.
    eventlet.spawn(eventlet.wsgi.server, eventlet.listen((address, port)), application, log_output=False)


def main():
    os.makedirs(os.path.join(FOLDER, 'devices', 'd'))
    for offset, (kind, egg) in enumerate([('account', 'account'), ('container', 'container'), ('object', 'mem_object')]):
        port = BACKEND + offset
        ring = RingBuilder(2, 1, 0)
        ring.add_dev(dict(id=0, region=0, zone=0, device='d', weight=1, ip='127.0.0.1', port=port, replication_ip='127.0.0.1', replication_port=port))
        ring.rebalance()
        ring.get_ring().save(os.path.join(FOLDER, f'{kind}.ring.gz'))
        serve('127.0.0.1', port, loadapp(write(f'{kind}.conf', STORAGE.format(kind=kind, egg=egg))))

    serve(ADDRESS, PORT, with_cache(loadapp(write('proxy.conf', PROXY))))
    eventlet.event.Event().wait()


main()
