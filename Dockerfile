# The worker's image. action/aws/image.ts builds it from the action's own folder, and .dockerignore names what
# goes in. The last stage has Node, the C and C++ libraries it needs and the worker: no shell, no package
# manager, no build tools. Every builder takes this file, BuildKit or not: no "# syntax=", no "RUN --mount",
# no "COPY --chmod".

FROM node:24-bookworm-slim AS node
RUN set -eu; \
    mkdir -p /image/usr/local/bin /image/etc /image/tmp; \
    chmod 1777 /image/tmp; \
    cp /usr/local/bin/node /image/usr/local/bin/; \
    # ldd names the loader and each library by the path under which Node will look for it.
    for library in $(ldd /usr/local/bin/node | grep -o '/[^ ]*'); do \
      mkdir -p "/image$(dirname "$library")"; \
      cp -L "$library" "/image$library"; \
    done; \
    find /usr/share/doc -name copyright '(' -path '*/libc6/*' -o -path '*/libgcc-s1/*' -o -path '*/libstdc++6/*' ')' \
      -exec cp --parents '{}' /image ';'; \
    cp -L /etc/os-release /image/etc/; \
    echo 'hosts: files dns' > /image/etc/nsswitch.conf; \
    echo 'textmill:x:1000:1000::/tmp:/nonexistent' > /image/etc/passwd; \
    echo 'textmill:x:1000:' > /image/etc/group

FROM node:24-bookworm-slim AS worker
COPY dist/ /bundle/
# Tesseract's names of the languages, separated by spaces. English comes with the bundle, the others from Debian's
# packages, which are unpacked and not installed: they would bring Tesseract itself along.
ARG LANGUAGES="eng"
RUN set -eu; \
    mkdir -p /image/textmill /packages; \
    cp -R /bundle/. /image/textmill/; \
    rm -R /image/textmill/tessdata; \
    mkdir /image/textmill/tessdata; \
    cd /packages; \
    for language in $LANGUAGES; do \
      data="/bundle/tessdata/$language.traineddata"; \
      if [ ! -f "$data" ]; then \
        [ -f updated ] || apt-get -o APT::Update::Error-Mode=any update; \
        touch updated; \
        package="tesseract-ocr-$(echo "$language" | tr _ -)"; \
        if apt-cache show "$package" > /dev/null; then \
          apt-get -o APT::Sandbox::User=root download "$package"; \
          dpkg-deb --extract "$package"_*.deb .; \
          data="$(find . -path "*/tessdata/$language.traineddata")"; \
        fi; \
      fi; \
      if [ ! -f "$data" ]; then \
        echo "No data for the language $language: Debian has no package $package that brings it." >&2; \
        exit 1; \
      fi; \
      cp "$data" /image/textmill/tessdata/; \
    done; \
    chmod -R u=rwX,go=rX /image

FROM scratch
COPY --from=node /image/ /
COPY --from=worker /image/ /
ENV NODE_ENV=production
WORKDIR /tmp
USER 1000:1000
# Without a shell in between, the worker is process 1 and gets SIGTERM itself.
ENTRYPOINT ["/usr/local/bin/node", "/textmill/worker.mjs"]
