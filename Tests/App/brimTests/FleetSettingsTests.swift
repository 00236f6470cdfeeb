import ChatUI
import Foundation
import Testing
import Updates

@testable import brim

/// What a fleet may set, and what of it is seen.
@Suite struct FleetSettingsTests {
    private func layer(_ yaml: String) -> SettingLayer {
        SettingLayer(SettingsFile(yaml, path: "fleet.yaml"), path: "fleet.yaml", isSystem: false)
    }

    @Test(
        "A fleet sets neither who is asked and trusted, nor what is run, nor who may listen",
        arguments: [
            "cloud: {url: https://elsewhere/v1}", "cloud: {allow: true}", "cloud: {key_file: /etc/shadow}",
            "cloud: {gateway: http://elsewhere}", "cloud: {trust_roots: /tmp/x}", "hat: {url: http://elsewhere}",
            "budget: {alert_command: [/bin/sh]}", "voice: {allow_ssh: true}", "kiosk: {pin: x}",
            "updates: {url: http://elsewhere}", "telemetry: {otlp: http://elsewhere}", "threshold: high", "nonsense: 1",
        ])
    func refused(yaml: String) {
        #expect(SettingLayer.obstacle(toFleet: layer(yaml)) != nil)
    }

    @Test("Every other setting can be brought, and every setting is one or the other")
    func accepted() {
        #expect(SettingLayer.obstacle(toFleet: layer("threshold: 0.7\nlocal_only: true\ncache: {hours: 3}")) == nil)
        #expect(Setting.all.contains { Setting.isForFleet($0.key) })
        for setting in Setting.all where setting.isSecret { #expect(!Setting.isForFleet(setting.key)) }
    }

    @Test("Where a fleet's file cannot be any more, its locks hold and the rest does not")
    func damaged() throws {
        let path = NSTemporaryDirectory() + "brim-fleet-\(UUID().uuidString).yaml"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "threshold: 0.7\nlocal_only: true\nof_a_newer_brim: 1\n".write(
            toFile: path, atomically: true, encoding: .utf8)
        let layer = try #require(SettingLayer(ofFleet: path))
        #expect(layer.problem == nil && layer.values == ["local_only": .text("true")])
        #expect(SettingLayer(ofFleet: path + ".gone") == nil)
    }

    @Test("An update that ends while somebody talks is said once")
    func notices() {
        let before = UpdateRecord()
        var now = before
        #expect(UpdateNotices.notices(before, now).isEmpty)
        now.lastResult = "success: model default 2 runs"
        #expect(UpdateNotices.notices(before, now).map(\.kind) == [.information])
        #expect(UpdateNotices.notices(now, now).isEmpty)
        var failed = now
        failed.lastResult = "failure: went back"
        failed.problem = "gone"
        #expect(UpdateNotices.notices(now, failed).map(\.kind) == [.warning, .warning])
    }
}
