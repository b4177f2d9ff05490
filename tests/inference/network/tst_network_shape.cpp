// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "inference/network/network_shape.h"
#include "inference/network/resnet_module.h"

using namespace residua;

class TestNetworkShape : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesAndShapesAreTheNetworks_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"resnet18", "resnet34", "resnet50", "resnet101", "resnet152"})
            QTest::addRow("%s", name) << name;
    }
    void namesAndShapesAreTheNetworks() {
        QFETCH(QString, name);
        const Architecture architecture{name.toStdString(), 8, 3, 16};
        const ResNet network(architecture, 2);
        auto state = network.state();
        state.resize(state.size() - 2);  // without fc
        const auto shape = shapeOf(architecture);
        const auto tensors = trunkTensors(shape);
        QCOMPARE(tensors.size(), state.size());
        for (std::size_t i = 0; i < state.size(); ++i) {
            QCOMPARE(tensors[i].name, state[i].first);
            QCOMPARE(tensors[i].shape, state[i].second.sizes().vec());
        }
        QCOMPARE(shape.channels, network.headWeight().size(1));
    }
};

QTEST_APPLESS_MAIN(TestNetworkShape)
#include "tst_network_shape.moc"
