"""`granian --interface wsgi registry.config.wsgi:application`"""

import os

from django.core.wsgi import get_wsgi_application

from registry.config.door import Door

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.config.settings")

application = Door(get_wsgi_application())
